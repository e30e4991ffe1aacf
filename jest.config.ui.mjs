/** Tests of the plugin: what needs no page runs without @grafana/ui, whose start takes seconds. */
export default {
  displayName: 'plugin',
  testEnvironment: 'jsdom',
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.test.{ts,tsx}'],
  moduleNameMapper: { '^#contract$': '<rootDir>/backend/contract/index.ts' },
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022', transform: { react: { runtime: 'automatic' } } }, module: { type: 'commonjs' } }],
  },
};
