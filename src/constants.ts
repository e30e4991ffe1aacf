/** Must equal `id` in plugin.json: it is in URLs, settings and stored dashboards, so it never changes. */
export const PLUGIN_ID = 'muster-incidents-app';

/** Where Grafana mounts the app's pages. */
export const PLUGIN_BASE_URL = `/a/${PLUGIN_ID}`;

/** Calls to the Muster service go through Grafana's plugin proxy; the route is `backend/*` in plugin.json. */
export const BACKEND_URL = `/api/plugin-proxy/${PLUGIN_ID}/backend`;
