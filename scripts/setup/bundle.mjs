// @ts-check
/**
 * Vite's settings for the parts that run in Electron, and the build of all parts. Runs in the tools' Node, after
 * the packages are installed: `node scripts/setup/bundle.mjs`.
 */
import { builtinModules } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { root } from './places.mjs';

/** What is not bundled: Electron itself, Node's modules and what carries a native binding. */
const native = ['better-sqlite3', 'serialport', 'node-hid'];
const external = ['electron', /^electron\//, ...native, ...builtinModules, /^node:/];

/**
 * The main process, the core process and the guns' process: ES modules for Node 20 and later, dependencies bundled in.
 * @returns {import('vite').InlineConfig}
 */
export function electronConfig() {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    ssr: { target: 'node', noExternal: true, external: ['electron', ...native] },
    build: {
      ssr: true,
      outDir: 'build/electron',
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: {
          main: path.join(root, 'electron/main.ts'),
          coreProcess: path.join(root, 'electron/app/coreProcess.ts'),
          // Threads of the core process.
          copyWorker: path.join(root, 'electron/core/backup/copyWorker.ts'),
          foldWorker: path.join(root, 'electron/core/register/foldWorker.ts'),
          gunsProcess: path.join(root, 'electron/app/gunsProcess.ts'),
        },
        external,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name].js' },
      },
    },
  };
}

/**
 * The preload script: a sandboxed one must be a single CommonJS file.
 * @returns {import('vite').InlineConfig}
 */
export function preloadConfig() {
  return {
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: 'build/electron',
      emptyOutDir: false,
      target: 'chrome130',
      minify: false,
      sourcemap: false,
      lib: { entry: path.join(root, 'electron/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
      rolldownOptions: { external: ['electron'], output: { codeSplitting: false } },
    },
  };
}

/**
 * The window.
 * @returns {import('vite').InlineConfig}
 */
export function rendererConfig() {
  return { configFile: path.join(root, 'vite.config.ts'), root: path.join(root, 'renderer'), logLevel: 'warn' };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build(electronConfig());
  await build(preloadConfig());
  await build(rendererConfig());
}
