/**
 * Builds the app plugin and every nested plugin below src/ into dist/, as AMD modules for Grafana's loader.
 *
 *   webpack --env production    what is shipped
 *   webpack --watch             development
 *
 * Each plugin is a compilation of its own: Grafana serves a nested plugin under its own id, so its chunks must lie
 * beside its module.js and may not be shared with the app's.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';
import { globSync } from 'glob';
import webpack from 'webpack';
import { externals } from './scripts/plugin-build/externals.mjs';

const ROOT = path.dirname(fileURLToPath(import.meta.url));
const SRC = path.join(ROOT, 'src');
const DIST = path.join(ROOT, 'dist');

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const { version } = readJson(path.join(ROOT, 'package.json'));
const app = readJson(path.join(ROOT, 'plugin.json'));

/** The nested plugins: every folder below src/ with a plugin.json and a module.ts(x) beside it. */
function nestedPlugins() {
  return globSync('**/plugin.json', { cwd: SRC, posix: true }).map((file) => {
    const folder = path.posix.dirname(file);
    const [module] = globSync('module.{ts,tsx}', { cwd: path.join(SRC, folder) });
    if (module === undefined) {
      throw new Error(`src/${file} has no module.ts or module.tsx beside it`);
    }
    return { folder, module, id: readJson(path.join(SRC, file)).id };
  });
}

function fillIn(content) {
  return content
    .toString()
    .replaceAll('%VERSION%', version)
    .replaceAll('%TODAY%', new Date().toISOString().slice(0, 10))
    .replaceAll('%PLUGIN_ID%', app.id);
}

function compilation({ name, entry, output, production, copy, keep }) {
  return {
    name,
    mode: production ? 'production' : 'development',
    target: 'web',
    context: ROOT,
    devtool: production ? 'source-map' : 'eval-source-map',
    // the first file sets the public path before the second one can ask for a chunk; the library is the last one
    entry: { module: [path.join(ROOT, 'scripts/plugin-build/publicPath.js'), entry] },
    output: {
      path: output,
      filename: '[name].js',
      chunkFilename: production ? '[name].js?_cache=[contenthash]' : '[name].js',
      assetModuleFilename: '[name].[hash][ext]',
      library: { type: 'amd' },
      publicPath: '/',
      uniqueName: name,
      clean: { keep },
    },
    externals,
    resolve: { extensions: ['.ts', '.tsx', '.js', '.mjs'] },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          exclude: /node_modules/,
          loader: 'swc-loader',
          options: {
            swcrc: false,
            jsc: {
              target: 'es2020',
              parser: { syntax: 'typescript', tsx: true },
              // one output for React 18 and 19: Grafana lends the runtime of its own version
              transform: { react: { runtime: 'automatic', development: false } },
            },
          },
        },
        { test: /\.css$/, use: ['style-loader', 'css-loader'] },
        { test: /\.(png|jpe?g|gif|svg|woff2?)$/, type: 'asset/resource' },
      ],
    },
    plugins: [
      new webpack.DefinePlugin({ PLUGIN_FALLBACK_PUBLIC_PATH: JSON.stringify(`public/plugins/${name}/`) }),
      new CopyPlugin({ patterns: copy }),
    ],
    cache: {
      type: 'filesystem',
      cacheDirectory: path.join(ROOT, '.cache/webpack'),
      name: `${name}-${production ? 'production' : 'development'}`,
      buildDependencies: {
        config: [fileURLToPath(import.meta.url), path.join(ROOT, 'scripts/plugin-build/externals.mjs')],
      },
    },
    performance: { hints: false },
    stats: { preset: 'errors-warnings', assets: true, modules: false, timings: true },
  };
}

export default (env = {}) => {
  const production = Boolean(env.production);
  const nested = nestedPlugins();
  const inNested = (file) => nested.some(({ folder }) => file.startsWith(`${folder}/`));

  return [
    compilation({
      name: app.id,
      entry: path.join(SRC, 'module.tsx'),
      output: DIST,
      production,
      keep: inNested,
      copy: [
        { from: 'plugin.json', to: '.', transform: fillIn },
        { from: 'README.md', context: SRC, to: '.', transform: fillIn },
        { from: 'CHANGELOG.md', to: '.' },
        { from: 'LICENSE', to: '.' },
        { from: 'img/**', context: SRC, to: '.' },
        // taken by scripts/screenshots.ts
        ...app.info.screenshots.map(({ path: file }) => ({ from: `docs/images/${path.posix.basename(file)}`, to: file })),
        { from: 'locales/**/*.json', context: SRC, to: '.', noErrorOnMissing: true },
      ],
    }),
    ...nested.map(({ folder, module, id }) =>
      compilation({
        name: id,
        entry: path.join(SRC, folder, module),
        output: path.join(DIST, folder),
        production,
        keep: undefined,
        copy: [
          { from: 'plugin.json', context: path.join(SRC, folder), to: '.', transform: fillIn },
          { from: 'img/**', context: path.join(SRC, folder), to: '.', noErrorOnMissing: true },
        ],
      })
    ),
  ];
};
