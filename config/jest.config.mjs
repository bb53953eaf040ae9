import path from 'node:path';

const rootDir = path.resolve(import.meta.dirname, '..');
const common = {
  rootDir,
  testEnvironment: '<rootDir>/config/jest.environment.cjs',
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts'] },
  transform: { '\\.([cm]?ts|m?js)$': '<rootDir>/config/jest.transform.cjs' },
  transformIgnorePatterns: [],
};

const project = (name, extra = {}) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.spec.ts`],
  ...extra,
});

// One real PostgreSQL and Redis for the whole run: their URLs are in DEPESCHE_TEST_PG and DEPESCHE_TEST_REDIS.
// Jest ignores testTimeout in a project, therefore the set-up file.
const withServices = (testTimeoutMs) => ({
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/support/set-timeout.mjs'],
  globals: { testTimeoutMs },
});

export default {
  rootDir,
  maxWorkers: 2,
  projects: [
    project('unit'),
    project('architecture'),
    project('medium', withServices(30_000)),
    project('e2e', withServices(120_000)),
  ],
};
