import { buildNavTree } from './navTree.ts';
import type { InstalledPlugins } from './pluginFiles.ts';
import { panelMeta } from './pluginMeta.ts';
import { hasRole, namespaceOf, USERS, type HostUser } from './users.ts';

export type Theme = 'dark' | 'light';

export interface BootDataInput {
  plugins: InstalledPlugins;
  user: HostUser;
  theme: Theme;
  rootUrl: string;
  grafanaVersion: string;
  signing: boolean;
}

/** The host's own facts for its toolbar; Grafana has nothing like it and plugins must not read it. */
export function buildHostFacts({ plugins, signing }: BootDataInput) {
  return {
    appId: plugins.app.json.id,
    panelIds: plugins.nested.filter(({ json }) => json.type === 'panel').map(({ json }) => json.id),
    users: USERS.map(({ login, name, role, orgName }) => ({ login, name, role, orgName })),
    signing,
  };
}

/** `window.grafanaBootData`: what Grafana's page carries so that `config` of @grafana/runtime can be built. */
export function buildBootData(input: BootDataInput) {
  const { plugins, user, theme, rootUrl, grafanaVersion } = input;
  const { json: app } = plugins.app;
  const panels = plugins.nested.filter(({ json }) => json.type === 'panel');
  return {
    assets: { dark: '', light: '' },
    navTree: buildNavTree(app, user),
    user: {
      isSignedIn: true,
      id: user.id,
      uid: user.uid,
      login: user.login,
      name: user.name,
      email: user.email,
      theme,
      orgCount: 1,
      orgId: user.orgId,
      orgName: user.orgName,
      orgRole: user.role,
      isGrafanaAdmin: false,
      gravatarUrl: `/host/avatar/${user.login}.svg`,
      timezone: 'browser',
      weekStart: 'browser',
      locale: 'en-US',
      language: 'en-US',
      regionalFormat: 'en-US',
      helpFlags1: 0,
      hasEditPermissionInFolders: hasRole(user, 'Editor'),
      authenticatedBy: 'password',
      permissions: {
        'plugins.app:access': true,
        ...(hasRole(user, 'Admin') && { 'plugins:write': true }),
      },
    },
    settings: {
      appUrl: rootUrl,
      appSubUrl: '',
      namespace: namespaceOf(user.orgId),
      buildInfo: {
        version: grafanaVersion,
        versionString: `Plugin host for Grafana ${grafanaVersion}`,
        commit: '',
        env: 'production',
        edition: 'Open Source',
      },
      featureToggles: {},
      datasources: {},
      defaultDatasource: '',
      panels: Object.fromEntries(panels.map((panel, index) => [panel.json.id, panelMeta(panel, index)])),
      apps: {
        [app.id]: {
          id: app.id,
          path: `/public/plugins/${app.id}/module.js`,
          version: app.info.version,
          preload: false,
        },
      },
      unifiedAlertingEnabled: true,
      helpEnabled: false,
      newsFeedEnabled: false,
      analytics: { enabled: false },
      feedbackLinksEnabled: false,
    },
  };
}
