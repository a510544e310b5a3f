// @ts-check
/** `node scripts/run.mjs NAME …`: runs one of the tools. Its stdin, stdout and arguments are its own. */
import { runTool } from './services/tool.mjs';
import { runScript } from './setup/progress.mjs';

const [name = '', ...args] = process.argv.slice(2);
await runScript(() => runTool(name, args));
