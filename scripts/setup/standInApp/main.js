// The stand-in runtime carries no default app, so `electron <folder>` would do nothing. This one starts the
// program of the first argument that is no switch, as Electron's own does.
//
// It has to be an ES module with a top-level await: the ready event then waits for the program's main module,
// which still may call what is allowed before ready only.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const args = process.argv.slice(1);
const preloads = [];
let target;
for (let index = 0; index < args.length && target === undefined; index += 1) {
  const arg = args[index];
  if (arg === '--version' || arg === '-v') {
    process.stdout.write(`v${process.versions.electron}\n`);
    process.exit(0);
  } else if (arg === '-r' || arg === '--require') {
    index += 1;
    preloads.push(args[index]);
  } else if (arg.startsWith('--require=')) {
    preloads.push(arg.slice('--require='.length));
  } else if (!arg.startsWith('-')) {
    target = arg;
  }
}

if (target === undefined) {
  process.stderr.write('electron: name the program to start, for example: electron .\n');
  process.exit(1);
}

const started = path.resolve(target);
const require = createRequire(path.join(started, 'package.json'));
for (const preload of preloads) require(path.isAbsolute(preload) ? preload : path.resolve(preload));

process.defaultApp = true;

let main = started;
try {
  const manifest = require(path.join(started, 'package.json'));
  app.setAppPath(started);
  const name = manifest.productName ?? manifest.name;
  if (name) app.name = name;
  if (manifest.version) app.setVersion(manifest.version);
  if (process.platform === 'linux') app.setDesktopName(manifest.desktopName ?? `${app.name}.desktop`);
  main = path.join(started, manifest.main ?? 'index.js');
} catch (error) {
  // A single file can be started too; a folder without package.json cannot.
  if (!/\.[cm]?js$/.test(started)) {
    process.stderr.write(`electron: cannot start ${started}: ${error.message}\n`);
    process.exit(1);
  }
  app.setAppPath(path.dirname(started));
}

try {
  await import(pathToFileURL(main).href);
} catch (error) {
  process.stderr.write(`electron: ${main} did not start\n${error?.stack ?? error}\n`);
  process.exit(1);
}
