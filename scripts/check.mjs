// @ts-check
/** `npm run check`: types, lint and format, import rules, unused code. */
import { runChecks } from './checks/checks.mjs';
import { preparePackages } from './setup/prepare.mjs';
import { runScript } from './setup/progress.mjs';

await runScript(async () => {
  await preparePackages();
  const { passed, failed } = await runChecks((line) => process.stdout.write(`${line}\n`));
  process.stdout.write(
    failed === 0 ? `All ${passed} checks passed.\n` : `${failed} of ${passed + failed} checks failed.\n`,
  );
  return failed === 0 ? 0 : 1;
});
