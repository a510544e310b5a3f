import { defineConfig } from 'vitest/config';

/** One project a folder of tests; time limits fit what each starts. */
const projects = [
  { name: 'unit', testTimeout: 10_000 },
  { name: 'core', testTimeout: 60_000 },
  { name: 'central', testTimeout: 60_000 },
  { name: 'soak', testTimeout: 1_800_000 },
];

export default defineConfig({
  test: {
    projects: projects.map(({ name, testTimeout, ...more }) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        environment: 'node',
        pool: 'forks',
        testTimeout,
        ...more,
        hookTimeout: Math.max(testTimeout, 60_000),
      },
    })),
    // Tests wait for disks and databases as much as they compute, so that two side by side fill two cores.
    maxWorkers: '100%',
    // A test left on `.only` would silently leave the others out.
    allowOnly: false,
  },
});
