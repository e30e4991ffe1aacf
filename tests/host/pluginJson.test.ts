import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BACKEND_URL, PLUGIN_BASE_URL, PLUGIN_ID } from '../../src/constants.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const schema = z.looseObject({
  id: z.string(),
  type: z.string(),
  info: z.looseObject({ logos: z.object({ small: z.string(), large: z.string() }) }),
  includes: z.array(z.looseObject({ type: z.string(), name: z.string(), path: z.string().optional() })).default([]),
  routes: z
    .array(z.looseObject({ path: z.string(), headers: z.array(z.object({ name: z.string(), content: z.string() })) }))
    .default([]),
});

function read(file: string) {
  return schema.parse(JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')));
}

const app = read('plugin.json');
const nestedFiles = globSync('**/plugin.json', { cwd: path.join(ROOT, 'src') });

test('the code names the plugin as plugin.json does', () => {
  expect(app.id).toBe(PLUGIN_ID);
  for (const { type, path: page } of app.includes) {
    if (type === 'page')
      expect([PLUGIN_BASE_URL, '/plugins']).toContain(page?.replace('%PLUGIN_ID%', PLUGIN_ID).replace(/\/[^/]+$/, ''));
  }
});

test('the route of the service is the one that the pages call', () => {
  expect(app.routes.map((route) => route.path)).toContain(`${BACKEND_URL.split('/').at(-1) ?? ''}/*`);
});

test('every route proves Grafana with the secret and blanks what a browser could forge', () => {
  for (const route of app.routes) {
    const headers = new Map(route.headers.map(({ name, content }) => [name, content]));
    expect(headers.get('Authorization')).toBe('Bearer {{ .SecureJsonData.apiToken }}');
    expect(headers.get('X-Grafana-User')).toBe('');
    // blanking this one would blank Grafana's own token
    expect(headers.has('X-Grafana-Id')).toBe(false);
  }
});

test('every nested plugin is included, has an id of its kind and a module beside it', () => {
  const included = app.includes.flatMap(({ type, path: file }) => (type === 'page' ? [] : [file]));
  expect(included.sort()).toEqual(nestedFiles.map((file) => file.replaceAll(path.sep, '/')).sort());
  for (const file of nestedFiles) {
    const folder = path.join(ROOT, 'src', path.dirname(file));
    const { id, type, info } = read(path.join('src', file));
    expect(id).toMatch(new RegExp(`^muster-[0-9a-z]+-${type}$`));
    expect(existsSync(path.join(folder, 'module.tsx')) || existsSync(path.join(folder, 'module.ts'))).toBe(true);
    expect(existsSync(path.join(folder, info.logos.small))).toBe(true);
  }
});
