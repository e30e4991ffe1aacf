/** Grafana's rules for `/api/plugin-proxy/<id>/*`: which route takes a request, and where it goes. No I/O. */
import path from 'node:path';
import type { PluginRoute } from './pluginFiles.ts';
import type { OrgSettings } from './settingsStore.ts';
import { hasRole, type HostUser } from './users.ts';

export type RouteMatch = { kind: 'forward'; route: PluginRoute; rest: string } | { kind: 'denied' } | { kind: 'none' };

export type TemplateData = Pick<OrgSettings, 'jsonData' | 'secureJsonData'>;

/**
 * The part behind the plugin id, still percent-encoded. Double slashes, `.` and `..` are resolved and a trailing
 * slash is dropped; encoded ones (`%2e%2e`, `%2F`) are not seen here.
 */
export function proxyPathOf(escapedPath: string): string {
  const joined = path.posix.join('/', escapedPath.replace(/^\/api\/plugin-proxy\/[\w-]+\/?/, ''));
  return joined.length > 1 ? joined.replace(/\/$/, '') : joined;
}

/** Tries the routes in file order. The first that fits by method and path decides, also when it denies the role. */
export function matchRoute(
  routes: readonly PluginRoute[],
  method: string,
  proxyPath: string,
  user: Pick<HostUser, 'role'>
): RouteMatch {
  for (const route of routes) {
    // compared as a whole: a list of methods never matches
    if (route.method && route.method !== '*' && route.method !== method) continue;
    const rest = matchPattern(route.path, proxyPath);
    if (rest === undefined) continue;
    if (route.reqRole !== undefined && !hasRole(user, route.reqRole)) return { kind: 'denied' };
    return { kind: 'forward', route, rest };
  }
  return { kind: 'none' };
}

/** What `*` stood for, decoded; '' for a pattern without `*`; undefined when the path does not fit. */
function matchPattern(pattern: string, proxyPath: string): string | undefined {
  const wanted = pattern.replace(/^\/|\/$/g, '').split('/');
  const segments = proxyPath.replace(/^\/|\/$/g, '').split('/');
  const star = wanted.indexOf('*');
  if (pattern.includes(':') || (star !== -1 && star !== wanted.length - 1)) {
    throw new Error(`The plugin host does not support the route path "${pattern}": "*" may only come last.`);
  }
  const fixed = star === -1 ? wanted : wanted.slice(0, star);
  if (star === -1 ? segments.length !== fixed.length : segments.length <= fixed.length) return undefined;
  if (fixed.some((segment, index) => decode(segments[index] ?? '') !== segment)) return undefined;
  return decode(segments.slice(fixed.length).join('/'));
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Fills `{{ .JsonData.x }}` and `{{ .SecureJsonData.x }}`, also inside `orEmpty`. */
export function fillTemplate(template: string, { jsonData, secureJsonData }: TemplateData): string {
  return template.replace(
    /\{\{\s*(orEmpty\s+)?\.(JsonData|SecureJsonData)\.(\w+)\s*\}\}/g,
    (_all, orEmpty: string | undefined, source: string, key: string) => {
      if (source === 'SecureJsonData') return secureJsonData[key] ?? '';
      // Go prints a missing key of an untyped map this way
      const value = jsonData[key] ?? (orEmpty ? '' : '<no value>');
      return typeof value === 'string' ? value : JSON.stringify(value);
    }
  );
}

/** The upstream address, or undefined if the route's address is unusable. The client's query string is kept. */
export function upstreamUrl(
  route: PluginRoute,
  rest: string,
  query: string,
  data: TemplateData
): { origin: URL; path: string } | undefined {
  const filled = fillTemplate(route.url, data);
  if (!URL.canParse(filled)) return undefined;
  const origin = new URL(filled);
  if (origin.protocol !== 'http:' && origin.protocol !== 'https:') return undefined;
  const base = origin.pathname.replace(/\/$/, '');
  const pathname = rest === '' ? origin.pathname : `${base}/${rest.replace(/^\//, '')}`;
  return { origin, path: escapePath(pathname) + query };
}

/** Percent-encoding of a path as Go does it: `/` and `:@&=+$,;` stay, also `..`, which is not resolved again. */
function escapePath(pathname: string): string {
  return encodeURIComponent(pathname)
    .replace(/%(2F|3A|40|26|3D|2B|24|2C|3B)/g, (escaped) => decodeURIComponent(escaped))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
