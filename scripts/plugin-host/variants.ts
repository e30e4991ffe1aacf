/** The two worlds a plugin must live in: Grafana 13.2+ with React 19, and 12.3 to 13.1 with React 18. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const REPOSITORY = path.resolve(import.meta.dirname, '../..');

export type ReactMajor = 18 | 19;

export interface Variant {
  react: ReactMajor;
  grafanaVersion: string;
  uiDir: string;
  runtimeDir: string;
  /** Module aliases of the whole bundle, so that there is one copy of each shared package and no mix of versions. */
  alias: Record<string, string>;
}

/** npm aliases, see devDependencies. The other Grafana packages of a variant are those its runtime package brings. */
const PACKAGES = {
  18: { runtime: 'grafana-runtime-13-1', react: 'react-18', reactDom: 'react-dom-18' },
  19: { runtime: '@grafana/runtime', react: 'react', reactDom: 'react-dom' },
} as const;

const SHARED_BY_UI = ['@emotion/css', '@emotion/react', 'lodash', 'moment', 'react-inlinesvg', 'uplot'];

/** Finds the packages of a variant on disk. */
export function variantOf(react: ReactMajor): Variant {
  const names = PACKAGES[react];
  const runtimeDir = packageDir(REPOSITORY, names.runtime);
  const uiDir = packageDir(runtimeDir, '@grafana/ui');
  const i18nDir = packageDir(runtimeDir, '@grafana/i18n');
  const reactDir = packageDir(REPOSITORY, names.react);
  const reactDomDir = packageDir(REPOSITORY, names.reactDom);
  const routerDomDir = packageDir(REPOSITORY, 'react-router-dom');

  const entry = (dir: string, name: string) => path.join(dir, 'dist/esm', name);
  const grafana = (name: string, dir: string) => ({
    [`@grafana/${name}$`]: entry(dir, 'index.mjs'),
    ...(existsSync(entry(dir, 'unstable.mjs')) && { [`@grafana/${name}/unstable$`]: entry(dir, 'unstable.mjs') }),
  });

  return {
    react,
    grafanaVersion: versionOf(runtimeDir),
    uiDir,
    runtimeDir,
    alias: {
      ...grafana('runtime', runtimeDir),
      ...grafana('ui', uiDir),
      ...grafana('data', packageDir(runtimeDir, '@grafana/data')),
      ...grafana('schema', packageDir(runtimeDir, '@grafana/schema')),
      ...grafana('i18n', i18nDir),
      // two setters that the packages keep to themselves; the same module instances as the index uses
      'runtime-components': entry(runtimeDir, 'components'),
      react: reactDir,
      'react-dom': reactDomDir,
      i18next: packageDir(i18nDir, 'i18next'),
      'react-i18next': packageDir(i18nDir, 'react-i18next'),
      ...Object.fromEntries(SHARED_BY_UI.map((name) => [name, packageDir(uiDir, name)])),
      rxjs: packageDir(REPOSITORY, 'rxjs'),
      history: packageDir(runtimeDir, 'history'),
      // one router for all: what Grafana lends as `react-router`
      'react-router$': packageDir(REPOSITORY, 'react-router'),
      'react-router-dom$': routerDomDir,
      'react-router-dom-v5-compat$': routerDomDir,
    },
  };
}

/** Looks for a package as Node would from a folder, but finds the folder itself, whatever its `exports` say. */
export function packageDir(from: string, name: string): string {
  for (let at = from; at !== path.dirname(at); at = path.dirname(at)) {
    const candidate = path.join(at, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
  }
  throw new Error(`The package ${name} is not installed: run npm ci.`);
}

const packageSchema = z.object({ version: z.string() });

export function versionOf(dir: string): string {
  const content: unknown = JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8'));
  return packageSchema.parse(content).version;
}
