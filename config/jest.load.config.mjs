import base from './jest.config.mjs';

// Long runs that measure. Not part of npm test: npx jest -c config/jest.load.config.mjs
const [e2e] = base.projects.filter(({ displayName }) => displayName === 'e2e');

export default {
  rootDir: base.rootDir,
  maxWorkers: 1,
  projects: [
    {
      ...e2e,
      displayName: 'load',
      testMatch: ['<rootDir>/test/load/**/*.spec.ts'],
      globals: { ...e2e.globals, testTimeoutMs: 20 * 60_000 },
    },
  ],
};
