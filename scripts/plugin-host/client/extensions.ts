/** The links that the app adds to Grafana's own pages; the demo dashboard shows those of the panel menu. */
import { useMemo, useSyncExternalStore } from 'react';
import { PluginExtensionTypes, type AppPlugin, type PluginExtensionLink } from '@grafana/data';
import { locationService, type UsePluginLinksOptions, type UsePluginLinksResult } from '@grafana/runtime';

type LinkConfig = AppPlugin['addedLinkConfigs'][number];

interface Registered {
  pluginId: string;
  link: LinkConfig;
}

let registered: readonly Registered[] = [];
const listeners = new Set<() => void>();

/** Takes over the links of a loaded app. As in Grafana, plugin.json must declare each with the same title. */
export function registerExtensions(plugin: AppPlugin): void {
  const declared = new Set((plugin.meta.extensions?.addedLinks ?? []).map(({ title }) => title));
  registered = plugin.addedLinkConfigs.flatMap((link) => {
    if (declared.has(link.title)) return [{ pluginId: plugin.meta.id, link }];
    console.error(`The link "${link.title}" is not declared in "extensions" of plugin.json and is not shown`);
    return [];
  });
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The host's `usePluginLinks`. */
export function useAddedLinks({ extensionPointId, context }: UsePluginLinksOptions): UsePluginLinksResult {
  const all = useSyncExternalStore(subscribe, () => registered);
  return useMemo(
    () => ({
      isLoading: false,
      links: all
        .filter(({ link }) => [link.targets].flat().includes(extensionPointId))
        .flatMap(({ pluginId, link }, index) => toLink(pluginId, link, `${extensionPointId}-${index}`, context)),
    }),
    [all, extensionPointId, context]
  );
}

function toLink(pluginId: string, link: LinkConfig, id: string, context: object | undefined): PluginExtensionLink[] {
  const overrides = link.configure?.(context) ?? (link.configure === undefined ? {} : undefined);
  // a link whose configure() returns nothing is hidden
  if (overrides === undefined) return [];
  const { title, description = '', path } = { ...link, ...overrides };
  return [
    {
      id,
      pluginId,
      type: PluginExtensionTypes.link,
      title,
      description,
      ...(path !== undefined && { path }),
      onClick: () => {
        if (path !== undefined) locationService.push(path);
      },
    },
  ];
}
