import type { PluginRoute } from '../../scripts/plugin-host/pluginFiles.ts';
import { fillTemplate, matchRoute, proxyPathOf, upstreamUrl } from '../../scripts/plugin-host/proxyRules.ts';

const route = (path: string, more: Partial<PluginRoute> = {}): PluginRoute => ({
  path,
  url: 'http://service.example/api',
  headers: [],
  ...more,
});

const data = { jsonData: { apiUrl: 'http://service.example' }, secureJsonData: { apiToken: 's3cret' } };

describe('the proxy path', () => {
  test.each([
    ['/api/plugin-proxy/x-app/backend/a/b', '/backend/a/b'],
    ['/api/plugin-proxy/x-app/backend/a/', '/backend/a'],
    ['/api/plugin-proxy/x-app/backend//a', '/backend/a'],
    ['/api/plugin-proxy/x-app/backend/../admin/a', '/admin/a'],
    ['/api/plugin-proxy/x-app/../../a', '/a'],
    ['/api/plugin-proxy/x-app/backend/%2e%2e/a', '/backend/%2e%2e/a'],
    ['/api/plugin-proxy/x-app', '/'],
  ])('of %s is %s', (escaped, expected) => {
    expect(proxyPathOf(escaped)).toBe(expected);
  });
});

describe('route matching', () => {
  const viewer = { role: 'Viewer' } as const;
  const admin = { role: 'Admin' } as const;

  test('takes the first route in file order whose method and path fit', () => {
    const routes = [route('a/*', { method: 'POST' }), route('a/*', { url: 'http://second.example' })];
    expect(matchRoute(routes, 'GET', '/a/x', viewer)).toMatchObject({ route: { url: 'http://second.example' } });
    expect(matchRoute(routes, 'POST', '/a/x', viewer)).toMatchObject({ route: { method: 'POST' } });
  });

  test('a route that fits but denies the role ends the search', () => {
    const routes = [route('a/*', { reqRole: 'Admin' }), route('a/*')];
    expect(matchRoute(routes, 'GET', '/a/x', viewer)).toEqual({ kind: 'denied' });
    expect(matchRoute(routes, 'GET', '/a/x', admin)).toMatchObject({ kind: 'forward', rest: 'x' });
  });

  test('a list of methods is one name that no request has', () => {
    expect(matchRoute([route('a/*', { method: 'GET,POST' })], 'GET', '/a/x', viewer)).toEqual({ kind: 'none' });
  });

  test.each([
    ['a/*', '/a', undefined],
    ['a/*', '/a/x/y', 'x/y'],
    ['a/*', '/b/x', undefined],
    ['a/b', '/a/b', ''],
    ['a/b', '/a/b/c', undefined],
    ['*', '/x/y', 'x/y'],
    ['a/*', '/%61/x', 'x'],
    ['a/*', '/a/x%2Fy%20z', 'x/y z'],
    ['a/*', '/a/%zz', undefined],
  ])('%s with %s leaves %s', (pattern, path, rest) => {
    const match = matchRoute([route(pattern)], 'GET', path, viewer);
    expect(match.kind === 'forward' ? match.rest : undefined).toBe(rest);
  });

  test('a pattern that the host cannot match is an error, not a silent 404', () => {
    expect(() => matchRoute([route('a/:id')], 'GET', '/a/1', viewer)).toThrow('does not support');
  });
});

describe('templates', () => {
  test('are filled from both kinds of settings', () => {
    expect(fillTemplate('Bearer {{ .SecureJsonData.apiToken }} {{.JsonData.apiUrl}}', data)).toBe(
      'Bearer s3cret http://service.example'
    );
  });

  test('missing values read as in Go', () => {
    expect(fillTemplate('{{ .JsonData.nothing }}/api', data)).toBe('<no value>/api');
    expect(fillTemplate('Bearer {{ .SecureJsonData.nothing }}', data)).toBe('Bearer ');
    expect(fillTemplate('{{ orEmpty .JsonData.nothing }}', data)).toBe('');
  });
});

describe('the upstream address', () => {
  const target = (url: string, rest: string, query = '') => {
    const upstream = upstreamUrl(route('a/*', { url }), rest, query, data);
    return upstream === undefined ? undefined : upstream.origin.origin + upstream.path;
  };

  test.each([
    ['http://h/api', 'x/y', '', 'http://h/api/x/y'],
    ['http://h/api/', 'x', '?a=1&a=2', 'http://h/api/x?a=1&a=2'],
    ['http://h/api', '', '', 'http://h/api'],
    ['{{ .JsonData.apiUrl }}/api', 'x', '', 'http://service.example/api/x'],
    ['http://h/api', '../x', '', 'http://h/api/../x'],
    ['http://h/api', "a b:c@d,e(f)'g?h#i", '', 'http://h/api/a%20b:c@d,e%28f%29%27g%3Fh%23i'],
  ])('%s + %s%s is %s', (url, rest, query, expected) => {
    expect(target(url, rest, query)).toBe(expected);
  });

  test.each(['{{ .JsonData.nothing }}/api', 'not an address', 'file:///etc/passwd'])('%s is unusable', (url) => {
    expect(target(url, 'x')).toBeUndefined();
  });
});
