import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const role = z.enum(['Viewer', 'Editor', 'Admin']);

const includeSchema = z.looseObject({
  type: z.string(),
  name: z.string(),
  path: z.string().optional(),
  icon: z.string().optional(),
  role: role.optional(),
  addToNav: z.boolean().optional(),
  defaultNav: z.boolean().optional(),
});

const routeSchema = z.object({
  path: z.string(),
  method: z.string().optional(),
  url: z.string(),
  reqRole: role.optional(),
  headers: z.array(z.object({ name: z.string(), content: z.string() })).default([]),
});

const pluginSchema = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  info: z.looseObject({
    description: z.string().default(''),
    version: z.string(),
    logos: z.object({ small: z.string(), large: z.string() }),
  }),
  includes: z.array(includeSchema).default([]),
  routes: z.array(routeSchema).default([]),
});

export type PluginJson = z.infer<typeof pluginSchema>;
export type PluginInclude = z.infer<typeof includeSchema>;
export type PluginRoute = z.infer<typeof routeSchema>;

export interface InstalledPlugin {
  json: PluginJson;
  /** Where its module.js lies. */
  folder: string;
}

export interface InstalledPlugins {
  app: InstalledPlugin;
  nested: InstalledPlugin[];
}

/** Reads the built app plugin and the nested plugins that its `includes` name. */
export function readPlugins(distDir: string): InstalledPlugins {
  if (!existsSync(path.join(distDir, 'plugin.json'))) {
    throw new Error(`No built plugin in ${distDir}: build the plugin first.`);
  }
  const app = readPlugin(distDir);
  if (app.json.type !== 'app') {
    throw new Error(`${distDir}/plugin.json is of type "${app.json.type}"; the plugin host loads an app plugin.`);
  }
  const nested = app.json.includes.flatMap((include) =>
    (include.type === 'panel' || include.type === 'datasource') && include.path !== undefined
      ? [readPlugin(path.join(distDir, path.dirname(include.path)))]
      : []
  );
  return { app, nested };
}

function readPlugin(folder: string): InstalledPlugin {
  const content: unknown = JSON.parse(readFileSync(path.join(folder, 'plugin.json'), 'utf8'));
  return { json: pluginSchema.parse(content), folder };
}
