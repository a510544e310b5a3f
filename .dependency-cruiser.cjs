/**
 * Who may import whom. An import that no line below allows is an error, so a new folder or package needs a
 * decision first. Type-only imports count like any other: a layer that knows another's types depends on it.
 */
const own = {
  shared: '^shared/',
  handover: '^handover/',
  core: '^electron/core/',
  db: '^electron/db/',
  // Everything of the main process but the entries of the other processes.
  app: '^electron/(main\\.ts$|app/(?!(coreProcess|gunsProcess)\\.ts$))',
  coreProcess: '^electron/app/coreProcess\\.ts$',
  guns: '^electron/guns/',
  gunsProcess: '^electron/app/gunsProcess\\.ts$',
  preload: '^electron/preload\\.ts$',
  renderer: '^renderer/',
  central: '^central/',
  tools: '^tools/',
};

/** @param {...string} names packages of npm */
const npm = (...names) => `^node_modules/(@types/)?(${names.map((name) => name.replace('/', '\\/')).join('|')})/`;

const node = { dependencyTypes: ['core'] };

/** @param {string} from @param {...(string | object)} targets */
const allow = (from, ...targets) =>
  targets.map((to) => ({ from: { path: from }, to: typeof to === 'string' ? { path: to } : to }));

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    // What ends with `?url` is an asset of a package: vite resolves it, and its build fails when it is not there.
    // A package of types alone has no file to resolve to; the compiler fails when it is not there.
    {
      name: 'no-missing-files',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?url$|^@medplum/fhirtypes$' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  allowedSeverity: 'error',
  allowed: [
    // shared: itself, zod and the parsers it names.
    ...allow(own.shared, own.shared, npm('zod', 'mrz')),

    // The hand-over file, which a station writes and the service opens, in plain Node.
    ...allow(own.handover, own.shared, own.handover, node, npm('zod')),

    ...allow(own.db, own.shared, own.db, node, npm('better-sqlite3', 'pinyin-pro')),

    ...allow(
      own.core,
      own.shared,
      own.handover,
      own.core,
      own.db,
      node,
      npm('zod', 'csv-parse', 'yauzl', 'yazl', 'saxes'),
    ),

    // The main process: never core. The entry of the core process joins both.
    ...allow(own.app, own.shared, '^electron/app/', node, npm('electron', 'electron-store', 'zod', 'bwip-js', 'yazl')),
    ...allow(own.coreProcess, own.shared, '^electron/app/', own.core, node, npm('electron')),

    // Serial and HID guns, in plain Node and a process of their own; its entry joins them to Electron.
    ...allow(own.guns, own.shared, own.guns, node, npm('serialport', 'node-hid')),
    ...allow(own.gunsProcess, own.shared, '^electron/app/', own.guns, node, npm('electron')),

    ...allow(own.preload, own.shared, npm('electron')),

    ...allow(
      own.renderer,
      own.shared,
      own.renderer,
      npm(
        'react',
        'react-dom',
        'react-i18next',
        'i18next',
        '@mantine',
        '@tanstack',
        '@tabler/icons-react',
        'recharts',
        'get-nonce',
        'zod',
        'vite',
        // The two engines that read pictures.
        'zxing-wasm',
        '@zxing/library',
      ),
      '^zxing-wasm/reader/zxing_reader\\.wasm\\?url$',
    ),

    ...allow(
      own.central,
      own.shared,
      own.handover,
      own.central,
      node,
      npm('fastify', 'pg', '@electric-sql/pglite', 'zod', 'csv-parse', 'prom-client'),
      '^@medplum/fhirtypes$',
    ),

    // Tools are hosts of core and measure the service; of the window's side they share only the decoder of the scan folder.
    ...allow(
      own.tools,
      own.shared,
      own.handover,
      own.core,
      own.db,
      own.central,
      own.tools,
      node,
      '^renderer/scan/decode',
      npm(
        'playwright',
        'playwright-core',
        'zod',
        'csv-parse',
        'iconv-lite',
        'pg',
        'pg-copy-streams',
        'sharp',
        'bwip-js',
      ),
    ),

    // Set-up runs before anything is installed; what it imports of npm comes later in a child.
    ...allow('^scripts/', '^scripts/', node, npm('vite')),
    ...allow('^(vite|vitest|playwright)\\.config\\.ts$', npm('vite', '@vitejs/plugin-react', 'vitest', 'playwright')),

    // Tests reach everything.
    { from: { path: '^test/' }, to: {} },
    // Nothing is said about what packages import.
    { from: { path: '^node_modules/' }, to: {} },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(build|dist|out|scripts/setup/standInApp)/' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
