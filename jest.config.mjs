/** Tests of the service: native ES modules, TypeScript stripped by swc, one real PostgreSQL for all. */
export default {
  displayName: 'service',
  testEnvironment: 'node',
  roots: ['<rootDir>/backend', '<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  globalSetup: '<rootDir>/tests/harness/globalSetup.mjs',
  globalTeardown: '<rootDir>/tests/harness/globalTeardown.mjs',
  testTimeout: 300_000,
  // tests of take-overs, leases and kills wait a good part of their time
  maxWorkers: 3,
};
