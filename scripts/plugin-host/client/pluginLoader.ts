import { AppPlugin, PanelPlugin, type AppPluginMeta } from '@grafana/data';
import { config, getBackendSrv } from '@grafana/runtime';
import { registerExtensions } from './extensions.ts';
import { hostFacts } from './hostFacts.ts';
import { importModule } from './sharedModules.ts';

let app: Promise<AppPlugin> | undefined;
const panels = new Map<string, Promise<PanelPlugin>>();

/** Loads the app plugin with its settings, once. */
export function loadApp(): Promise<AppPlugin> {
  app ??= importApp(hostFacts.appId);
  return app;
}

async function importApp(id: string): Promise<AppPlugin> {
  const meta = await getBackendSrv().get<AppPluginMeta>(`/api/plugins/${id}/settings`, undefined, undefined, {
    showErrorAlert: false,
  });
  if (!meta.enabled) throw new Error('Application Not Enabled');
  const { plugin } = await importModule(meta.module);
  if (!(plugin instanceof AppPlugin)) throw new Error(`${meta.module} exports no "plugin" that is an AppPlugin`);
  plugin.init(meta);
  plugin.meta = meta;
  plugin.setComponentsFromLegacyExports({ plugin });
  registerExtensions(plugin);
  return plugin;
}

/** Loads a nested panel plugin, once. */
export function loadPanel(id: string): Promise<PanelPlugin> {
  let loading = panels.get(id);
  if (loading === undefined) {
    loading = importPanel(id);
    panels.set(id, loading);
  }
  return loading;
}

async function importPanel(id: string): Promise<PanelPlugin> {
  const meta = config.panels[id];
  if (meta === undefined) throw new Error(`There is no panel plugin "${id}"`);
  const { plugin } = await importModule(meta.module);
  if (!(plugin instanceof PanelPlugin)) throw new Error(`${meta.module} exports no "plugin" that is a PanelPlugin`);
  plugin.meta = meta;
  return plugin;
}
