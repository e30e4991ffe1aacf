import type { IncomingMessage, ServerResponse } from 'node:http';
import { readJson, sendJson } from './http.ts';
import type { InstalledPlugins } from './pluginFiles.ts';
import { pluginSettingsDto } from './pluginMeta.ts';
import { settingsUpdateSchema, type SettingsStore } from './settingsStore.ts';
import { hasRole, type HostUser } from './users.ts';

export interface ApiDeps {
  plugins: InstalledPlugins;
  settings: SettingsStore;
  grafanaVersion: string;
}

/** The few of Grafana's own API calls that the page and plugins make. Returns false for any other. */
export async function handleApi(
  { plugins, settings, grafanaVersion }: ApiDeps,
  user: HostUser,
  pathname: string,
  req: IncomingMessage,
  res: ServerResponse
): Promise<boolean> {
  const call = `${req.method ?? 'GET'} ${pathname}`;
  switch (call) {
    case 'GET /api/health':
      sendJson(res, 200, { database: 'ok', version: grafanaVersion, commit: 'plugin-host' });
      return true;
    case 'GET /api/login/ping':
      sendJson(res, 200, { message: 'Logged in' });
      return true;
    case 'GET /api/user':
      sendJson(res, 200, userDto(user));
      return true;
    case 'GET /api/org':
      sendJson(res, 200, { id: user.orgId, name: user.orgName });
      return true;
    case `GET /api/plugins/${plugins.app.json.id}/settings`:
      sendJson(res, 200, pluginSettingsDto(plugins.app, settings.get(user.orgId)));
      return true;
    case `POST /api/plugins/${plugins.app.json.id}/settings`:
      await updateSettings(settings, user, req, res);
      return true;
    default:
      return false;
  }
}

async function updateSettings(
  settings: SettingsStore,
  user: HostUser,
  req: IncomingMessage,
  res: ServerResponse
): Promise<void> {
  if (!hasRole(user, 'Admin')) {
    return sendJson(res, 403, {
      title: 'Access denied',
      message: "You'll need additional permissions to perform this action. Permissions needed: plugins:write",
    });
  }
  const update = settingsUpdateSchema.safeParse(await readJson(req));
  if (!update.success) return sendJson(res, 400, { message: 'bad request data' });
  settings.update(user.orgId, update.data);
  sendJson(res, 200, { message: 'Plugin settings updated' });
}

function userDto(user: HostUser) {
  return {
    id: user.id,
    uid: user.uid,
    login: user.login,
    name: user.name,
    email: user.email,
    theme: '',
    orgId: user.orgId,
    isGrafanaAdmin: false,
    isDisabled: false,
    isExternal: false,
    authLabels: [],
    avatarUrl: `/host/avatar/${user.login}.svg`,
  };
}
