/** Bundles the page of the plugin host with rspack, once per change of its inputs. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { rspack, type RspackOptions } from '@rspack/core';
import type { HostLogger } from './logger.ts';
import { packageDir, REPOSITORY, versionOf, type Variant } from './variants.ts';

const CLIENT = path.join(import.meta.dirname, 'client');
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Returns the folder of the bundle for a variant, after building it if it is not there or not current. */
export async function buildClient(variant: Variant, logger: HostLogger): Promise<string> {
  const cacheDir = path.join(REPOSITORY, '.cache/plugin-host');
  const outDir = path.join(cacheDir, `react${variant.react}-${hashInputs(variant)}`);
  if (existsSync(outDir)) return outDir;

  logger.info(`Building the plugin host's page (React ${variant.react}, @grafana/* ${variant.grafanaVersion}) …`);
  const started = performance.now();
  // built aside and moved into place as a whole: another process may be building the same
  const workDir = `${outDir}.${process.pid}`;
  rmSync(workDir, { recursive: true, force: true });
  try {
    await bundle(rspackOptions(variant, workDir));
    copyMonospaceFont(variant, workDir);
    moveIntoPlace(workDir, outDir);
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
  removeOld(cacheDir);
  logger.info(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  return outDir;
}

function moveIntoPlace(workDir: string, outDir: string): void {
  try {
    renameSync(workDir, outDir);
  } catch (error) {
    // another process was first, with the same result
    if (!existsSync(outDir)) throw error;
  }
}

/** Bundles of earlier inputs, but not young ones: a host that still runs may be serving them. */
function removeOld(cacheDir: string): void {
  for (const name of readdirSync(cacheDir)) {
    const dir = path.join(cacheDir, name);
    const info = statSync(dir, { throwIfNoEntry: false });
    if (info !== undefined && info.mtimeMs < Date.now() - KEPT_MS) rmSync(dir, { recursive: true, force: true });
  }
}

function hashInputs(variant: Variant): string {
  const hash = createHash('sha256');
  const files = [
    ...globSync('**/*', { cwd: CLIENT }).map((file) => path.join(CLIENT, file)),
    import.meta.filename,
    path.join(import.meta.dirname, 'variants.ts'),
  ].filter((file) => /\.(tsx?|css)$/.test(file));
  for (const file of files.sort()) {
    hash.update(path.relative(REPOSITORY, file)).update(readFileSync(file));
  }
  for (const [name, target] of Object.entries(variant.alias).sort()) {
    const dir = existsSync(path.join(target, 'package.json')) ? target : undefined;
    hash.update(`${name}=${path.relative(REPOSITORY, target)}@${dir === undefined ? '' : versionOf(dir)}\n`);
  }
  hash.update(variant.grafanaVersion).update(versionOf(packageDir(REPOSITORY, '@rspack/core')));
  return hash.digest('hex').slice(0, 16);
}

function rspackOptions(variant: Variant, outDir: string): RspackOptions {
  return {
    mode: 'production',
    target: 'web',
    context: REPOSITORY,
    entry: { main: path.join(CLIENT, 'main.tsx') },
    output: {
      path: outDir,
      publicPath: '/public/build/',
      filename: '[name].js',
      chunkFilename: '[name].[contenthash].js',
      uniqueName: 'plugin-host',
    },
    // else lodash and others see the `define` of SystemJS, register there and export nothing
    amd: {},
    devtool: false,
    resolve: { extensions: ['.tsx', '.ts', '.mjs', '.js', '.json'], alias: variant.alias },
    module: {
      rules: [
        {
          test: /\.tsx?$/,
          exclude: /node_modules/,
          loader: 'builtin:swc-loader',
          options: {
            jsc: {
              target: 'es2022',
              parser: { syntax: 'typescript', tsx: true },
              transform: { react: { runtime: 'automatic' } },
            },
          },
          type: 'javascript/auto',
        },
        // some packages import without a file extension from ES modules
        { test: /\.m?js$/, resolve: { fullySpecified: false } },
        { test: /[\\/]systemjs[\\/]/, parser: { amd: false, system: false } },
        { test: /\.css$/, use: ['style-loader', 'css-loader'] },
      ],
    },
    performance: { hints: false },
    // the page is loaded from this machine; time to build counts more than bytes
    optimization: { minimize: false },
    stats: 'errors-only',
  };
}

function bundle(options: RspackOptions): Promise<void> {
  const compiler = rspack(options);
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      const files = [...(stats?.compilation.modules ?? [])].map((module) => module.nameForCondition() ?? '');
      const copies = duplicates(files);
      compiler.close((closeError) => {
        const failed = error ?? closeError;
        if (failed) reject(failed);
        else if (stats === undefined || stats.hasErrors())
          reject(new Error(stats?.toString({ preset: 'errors-only' })));
        else if (copies.length > 0) reject(new Error(`Bundled more than once: ${copies.join(', ')}`));
        else resolve();
      });
    });
  });
}

const ONLY_ONCE =
  /^(@grafana\/(data|i18n|runtime|schema|ui)|react|react-dom|react-router|rxjs|i18next|moment|grafana-.*|react-.*18)$/;

/** Shared packages that came in from two folders: their contexts and singletons would not be the same. */
function duplicates(files: readonly string[]): string[] {
  const folders = new Map<string, Set<string>>();
  for (const file of files) {
    const parts = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\//.exec(file);
    const [, parent, name] = parts ?? [];
    if (parent === undefined || name === undefined || !ONLY_ONCE.test(name)) continue;
    // the npm aliases of another React are the same package
    const real = name.replace(/-18$/, '').replace(/^grafana-runtime-.*$/, '@grafana/runtime');
    folders.set(real, (folders.get(real) ?? new Set()).add(parent + name));
  }
  return [...folders.values()].filter(({ size }) => size > 1).flatMap((copies) => [...copies]);
}

/** The styles of @grafana/ui name one file with a hash in its name, which is not in the package. */
function copyMonospaceFont(variant: Variant, outDir: string): void {
  const styles = readFileSync(path.join(variant.uiDir, 'dist/esm/themes/GlobalStyles/fonts.mjs'), 'utf8');
  const name = /roboto\/([\w-]+\.woff2)/.exec(styles)?.[1];
  if (name === undefined) throw new Error('@grafana/ui no longer names a Roboto Mono font file');
  const fonts = packageDir(REPOSITORY, '@fontsource/roboto-mono');
  mkdirSync(path.join(outDir, 'roboto'), { recursive: true });
  cpSync(path.join(fonts, 'files/roboto-mono-latin-400-normal.woff2'), path.join(outDir, 'roboto', name));
}
