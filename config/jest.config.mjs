const common = {
  rootDir: '..',
  testEnvironment: 'node',
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

export default {
  rootDir: '..',
  maxWorkers: 2,
  projects: [project('unit'), project('architecture'), project('medium'), project('e2e')],
};
