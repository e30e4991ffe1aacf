/** What Grafana's plugin proxy does to headers, in both directions. No I/O. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { fillTemplate, type TemplateData } from './proxyRules.ts';
import type { PluginRoute } from './pluginFiles.ts';
import { namespaceOf, type HostUser } from './users.ts';

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const NEVER_FORWARDED = ['cookie', 'set-cookie', 'authorization', 'x-grafana-device-id', 'x-grafana-user'];
const NOT_BEHIND_PROXY = ['x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'origin', 'referer'];
const NOT_RETURNED = ['alt-svc', 'close', 'server', 'set-cookie', 'strict-transport-security'];

export interface ForwardContext {
  user: HostUser;
  idToken: string | undefined;
  peerAddress: string;
  upstreamHost: string;
  route: PluginRoute;
  data: TemplateData;
}

/**
 * The headers of the upstream request. Whatever is not named here passes as the browser sent it, a forged
 * `X-Grafana-Id` too while Grafana has no token to put in its place.
 */
export function requestHeaders(incoming: IncomingHttpHeaders, context: ForwardContext): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ...incoming };
  remove(headers, [...NEVER_FORWARDED, ...hopByHop(incoming)]);

  headers['x-grafana-context'] = signedInUserJson(context.user);
  if (context.idToken !== undefined) headers['x-grafana-id'] = context.idToken;
  for (const { name, content } of context.route.headers) {
    headers[name.toLowerCase()] = fillTemplate(content, context.data);
  }

  headers['x-grafana-referer'] = incoming.referer ?? '';
  remove(headers, NOT_BEHIND_PROXY);
  const forwarded = incoming['x-forwarded-for'];
  headers['x-forwarded-for'] = forwarded ? `${String(forwarded)}, ${context.peerAddress}` : context.peerAddress;
  headers.host = context.upstreamHost;
  return headers;
}

/** The headers of the answer to the browser. */
export function responseHeaders(upstream: IncomingHttpHeaders): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { ...upstream };
  remove(headers, [...NOT_RETURNED, ...hopByHop(upstream)]);
  headers['content-security-policy'] = 'sandbox';
  headers.via = upstream.via ? `1.1 grafana, ${upstream.via}` : '1.1 grafana';
  return headers;
}

function hopByHop(headers: IncomingHttpHeaders): string[] {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return [...HOP_BY_HOP, ...named.filter((name) => name !== '')];
}

function remove(headers: OutgoingHttpHeaders, names: readonly string[]): void {
  for (const name of names) delete headers[name];
}

/** Unsigned, and with Go's field names. */
function signedInUserJson(user: HostUser): string {
  const json = JSON.stringify({
    UserID: user.id,
    UserUID: user.uid,
    OrgID: user.orgId,
    OrgName: user.orgName,
    OrgRole: user.role,
    Login: user.login,
    Name: user.name,
    Email: user.email,
    EmailVerified: true,
    AuthenticatedBy: 'password',
    IsGrafanaAdmin: false,
    IsAnonymous: false,
    Namespace: namespaceOf(user.orgId),
  });
  // a header takes Latin-1 only
  return json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
