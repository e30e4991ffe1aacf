/**
 * The built plugin, held against what Grafana's plugin validator looks at in an archive and can say without a network:
 * https://github.com/grafana/plugin-validator. The validator itself is not run here.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, globSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { dockerfileLines, readText, ROOT, stageOf } from '../deployment/files.ts';

const DIST = join(ROOT, 'dist');
/** A file of an archive: relative, and below the folder that names it. */
const path = z.string().regex(/^(?![./])(?!.*(?:\.\.|:\/\/))[\w./-]+$/);
const info = z.strictObject({
  description: z.string().min(1),
  keywords: z.array(z.string().min(1)).min(1),
  author: z.object({ name: z.string().min(1) }),
  logos: z.strictObject({ small: path.endsWith('.svg'), large: path.endsWith('.svg') }),
  links: z.array(z.strictObject({ name: z.string(), url: z.url({ protocol: /^https$/ }) })),
  screenshots: z.array(z.strictObject({ name: z.string().min(1), path: path.endsWith('.png') })),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  updated: z.iso.date(),
});
/** Not one version or one line of patches only. */
const dependencies = z.strictObject({ grafanaDependency: z.string().regex(/^>=\d+\.\d+\.\d+$/), plugins: z.array(z.unknown()) });
const id = z.string().regex(/^[0-9a-z]+-([0-9a-z]+-)?(app|panel|datasource)$/);
const common = { $schema: z.url(), name: z.string().min(1), id, info, dependencies };
const role = z.enum(['Viewer', 'Editor', 'Admin']);
const appSchema = z.strictObject({
  ...common,
  type: z.literal('app'),
  languages: z.array(z.string()),
  includes: z.array(z.strictObject({
    type: z.enum(['page', 'panel']), name: z.string().min(1), path: z.string(), role: role.optional(), addToNav: z.boolean().optional(), defaultNav: z.boolean().optional(), icon: z.string().optional(),
  })),
  routes: z.array(z.strictObject({ path: z.string(), method: z.string(), reqRole: role, url: z.string(), headers: z.array(z.strictObject({ name: z.string(), content: z.string() })) })),
  extensions: z.strictObject({ addedLinks: z.array(z.strictObject({ title: z.string().min(1), description: z.string().min(1), targets: z.array(z.string()).min(1) })) }),
});
const nestedSchema = z.strictObject({ ...common, type: z.literal('panel'), skipDataQuery: z.boolean() });

const files = (pattern: string) => globSync(pattern, { cwd: DIST });
const read = (file: string) => readFileSync(join(DIST, file), 'utf8');
const app = () => appSchema.parse(JSON.parse(read('plugin.json')));
const nestedFiles = () => files('*/**/plugin.json');
const nested = (file: string) => nestedSchema.parse(JSON.parse(read(file)));

/** What it is under the licence of: the heading and the place of the text. */
const APACHE_2 = /Apache License\s+Version 2\.0, January 2004/;
/** Angular, a loader of Grafana's own, tools that watch visitors, and what React 19 no longer has. */
const UNWANTED = [
  'PanelCtrl', 'QueryCtrl', 'getLegacyAngularInjector', 'System.register(', 'app/plugins/sdk', 'app/core/',
  'google-analytics.com', 'mixpanel.com',
  '.propTypes=', '.defaultProps=', '.contextTypes=', '.childContextTypes=', 'getChildContext', 'createFactory(', 'findDOMNode(', 'ReactDOM.render(', 'unmountComponentAtNode(', '__SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED',
];

test('the metadata of the app and of every nested plugin have nothing but what Grafana knows, of one version', () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readText('package.json')));
  const all = [app(), ...nestedFiles().map(nested)];

  expect(all.length).toBeGreaterThan(1);
  expect(all.map((plugin) => plugin.info.version)).toEqual(all.map(() => version));
  expect(new Set(all.map((plugin) => plugin.dependencies.grafanaDependency)).size).toBe(1);
  expect(app().includes.filter((include) => include.type !== 'page').map(({ type, path: file }) => [type, file]).sort())
    .toEqual(nestedFiles().map((file) => [nested(file).type, file.replaceAll('\\', '/')]).sort());
  for (const plugin of all) expect(plugin.id.endsWith(`-${plugin.type}`)).toBe(true);
  for (const file of ['plugin.json', 'README.md', ...nestedFiles()]) expect([file, /%[A-Z_]+%/.test(read(file))]).toEqual([file, false]);
});

test('images that the metadata name are there, screenshots are pictures, drawings carry no script', () => {
  expect(app().info.screenshots.length).toBeGreaterThan(0);
  for (const [folder, plugin] of [['.', app()] as const, ...nestedFiles().map((file) => [dirname(file), nested(file)] as const)]) {
    const { logos, screenshots } = plugin.info;
    for (const image of [logos.small, logos.large, ...screenshots.map((screenshot) => screenshot.path)]) {
      expect([image, existsSync(join(DIST, folder, image))]).toEqual([image, true]);
    }
    for (const screenshot of screenshots) expect(readFileSync(join(DIST, folder, screenshot.path)).subarray(1, 4).toString()).toBe('PNG');
  }
  for (const file of files('**/*.svg')) expect([file, /<(?:script|foreignObject|iframe)|\son\w+=|javascript:/i.test(read(file))]).toEqual([file, false]);
});

test('the texts beside the code are there, and read well where only the archive is known', () => {
  const readme = read('README.md');

  expect(readme).toMatch(/^# Muster\n/);
  expect(read('CHANGELOG.md').trim()).not.toBe('');
  expect(read('LICENSE')).toMatch(APACHE_2);
  // Links would lead out of the archive, and HTML is not shown.
  expect([...readme.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]).filter((target) => !/^(?:https:\/\/|#)/.test(target ?? ''))).toEqual([]);
  expect(readme).not.toMatch(/<\/?[a-z]+>/);
  expect(readme).not.toMatch(/yarn|nodejs/i);
});

const sourceMap = z.object({ sources: z.array(z.string()), sourcesContent: z.array(z.string()) });

/** The files of this checkout that a build was made of, by their source maps, each with its text as it was then. */
function ownSources(dist: string): [file: string, text: string | undefined][] {
  const found = globSync('**/*.js.map', { cwd: dist }).flatMap((file) => {
    const { sources, sourcesContent } = sourceMap.parse(JSON.parse(readFileSync(join(dist, file), 'utf8')));
    return sources.flatMap((source, index): [string, string | undefined][] => {
      const [, own] = /^webpack:\/\/[^/]+\/\.\/((?:src|backend)\/[^?]+\.tsx?)$/.exec(source) ?? [];
      return own === undefined ? [] : [[own, sourcesContent[index]]];
    });
  });
  return found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

test('every module has its source map beside it, made from the sources of this checkout', () => {
  const modules = files('**/module.js');
  const sources = ownSources(DIST);

  expect(modules.map((file) => dirname(file)).sort()).toEqual(['plugin.json', ...nestedFiles()].map((file) => dirname(file)).sort());
  for (const file of files('**/*.js')) {
    const [, map = 'no source map'] = /\/\/# sourceMappingURL=([^?\s]+)/.exec(read(file)) ?? [];
    expect([file, map]).toEqual([file, `${posix.basename(file)}.map`]);
    expect([map, existsSync(join(DIST, dirname(file), map))]).toEqual([map, true]);
  }
  expect(sources.length).toBeGreaterThan(100);
  for (const [file, text] of sources) expect([file, text === readText(file)]).toEqual([file, true]);
});

test('the code uses nothing that is gone from Grafana and React, and watches nobody', () => {
  for (const file of files('**/*.js')) {
    const code = read(file);
    expect([file, UNWANTED.filter((text) => code.includes(text))]).toEqual([file, []]);
  }
  expect(readText('package.json')).not.toContain('grafana-toolkit ');
});

test('the archive holds plain files only, none of them hidden or a program', () => {
  const all = globSync('**/*', { cwd: DIST, withFileTypes: true });

  expect(all.length).toBeGreaterThan(20);
  for (const entry of all) {
    const file = join(entry.parentPath, entry.name);
    const { mode } = lstatSync(file);
    expect([file, entry.isFile() || entry.isDirectory(), entry.isFile() && (mode & 0o111) !== 0, entry.name.startsWith('.')]).toEqual([file, true, false, false]);
  }
  expect(files('MANIFEST.txt')).toEqual([]);
});

test('the image that builds the plugin has all it needs for the very same files', async () => {
  test.setTimeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), 'muster-plugin-image-'));
  try {
    const stage = stageOf('plugin-build');
    for (const line of stage.filter((step) => step.startsWith('COPY '))) {
      for (const from of line.split(/\s+/).slice(1, -1)) cpSync(join(ROOT, from), join(folder, from), { recursive: true, filter: (file) => !/\.(?:test|testkit)\.tsx?$/.test(file) });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const [, ...command] = dockerfileLines().find((line) => line.startsWith('RUN node '))?.slice('RUN '.length).split(' ') ?? [];
    await promisify(execFile)(process.execPath, command, { cwd: folder });

    const image = join(folder, 'dist');
    // The packages lie elsewhere here, and the numbers of chunks follow from that.
    const named = (where: string) => globSync('**/*', { cwd: where }).map((file) => file.replaceAll(/(?<=^|\/)\d+(?=\.js)/g, 'chunk')).sort();
    expect(named(image)).toEqual(named(DIST));
    for (const file of files('**/*.{json,md,svg,png}').concat('LICENSE')) expect([file, readFileSync(join(image, file)).equals(readFileSync(join(DIST, file)))]).toEqual([file, true]);
    expect(ownSources(image)).toEqual(ownSources(DIST));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
