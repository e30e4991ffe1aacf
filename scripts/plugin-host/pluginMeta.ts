import type { InstalledPlugin } from './pluginFiles.ts';
import type { OrgSettings } from './settingsStore.ts';

function assetUrls({ json }: InstalledPlugin) {
  const baseUrl = `/public/plugins/${json.id}`;
  return {
    module: `${baseUrl}/module.js`,
    baseUrl,
    info: {
      ...json.info,
      logos: { small: `${baseUrl}/${json.info.logos.small}`, large: `${baseUrl}/${json.info.logos.large}` },
    },
  };
}

/** The answer of `GET /api/plugins/<id>/settings`: of secrets only the names of those that are set. */
export function pluginSettingsDto(plugin: InstalledPlugin, settings: OrgSettings) {
  const { json } = plugin;
  const defaultPage = json.includes.find((include) => include.defaultNav === true);
  return {
    ...json,
    ...assetUrls(plugin),
    enabled: settings.enabled,
    pinned: settings.pinned,
    autoEnabled: false,
    jsonData: settings.jsonData,
    secureJsonFields: Object.fromEntries(
      Object.entries(settings.secureJsonData).map(([name, value]) => [name, value !== ''])
    ),
    defaultNavUrl: defaultPage?.path ?? `/a/${json.id}`,
    hasUpdate: false,
    latestVersion: '',
    state: '',
    signature: 'unsigned',
    signatureType: '',
    signatureOrg: '',
    angularDetected: false,
    loadingStrategy: 'script',
  };
}

/** What the page knows of a nested panel from the start (`config.panels`). */
export function panelMeta(plugin: InstalledPlugin, sort: number) {
  return {
    ...plugin.json,
    ...assetUrls(plugin),
    sort,
    hideFromList: false,
    state: '',
    signature: 'unsigned',
    angular: { detected: false, hideDeprecation: false },
    loadingStrategy: 'script',
  };
}
