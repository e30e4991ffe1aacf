/**
 * Tests of the plugin. What needs no page runs without @grafana/ui, whose start takes seconds: page tests are few
 * and say a lot each.
 */

/** Packages that Grafana's own packages need and that come as ES modules only. */
const ES_MODULES = [
  '@grafana', '@react-hookz', '@ver0', '@wojtekmaj', 'd3', 'd3-[a-z-]+', 'delaunator', 'get-user-locale', 'internmap', 'marked',
  'memoize', 'mimic-function', 'monaco-promql', 'ol', 'react-calendar', 'react-colorful', 'robust-predicates', 'rxjs', 'uuid',
];

export default {
  displayName: 'plugin',
  testEnvironment: 'jsdom',
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.test.{ts,tsx}'],
  setupFilesAfterEnv: ['<rootDir>/src/test/setup.ts'],
  moduleNameMapper: {
    '^#contract$': '<rootDir>/backend/contract/index.ts',
    // one router, as in Grafana
    '^react-router-dom-v5-compat$': '<rootDir>/node_modules/react-router-dom',
    '^react-inlinesvg$': '<rootDir>/src/test/inlineSvg.tsx',
    '\\.(css|scss|svg|png)$': '<rootDir>/src/test/emptyFile.ts',
  },
  transform: {
    '^.+\\.(t|j)sx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022', transform: { react: { runtime: 'automatic' } } },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(${ES_MODULES.join('|')})/)`],
  testTimeout: 180_000,
  // left to itself Jest keeps a core free, which is half of them where there are two
  maxWorkers: 2,
};
