/** Cap 84 for the import: addresses lead only where the installation allows, also by way of redirects. */
import { createOutboundClient, type OutboundClient } from '../../../platform/outbound/client.ts';
import { startEffectServer, type EffectServer } from '../kinds/kinds.testkit.ts';
import { createFetchText } from './fetchText.ts';

let server: EffectServer;
const clients: OutboundClient[] = [];
beforeAll(async () => {
  server = await startEffectServer();
});
afterEach(() => {
  server.seen.length = 0;
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await server.close();
});

function fetchText(allowPrivate: readonly string[]): (url: string) => Promise<string> {
  const client = createOutboundClient({ allow: ['*'], allowPrivate });
  clients.push(client);
  return createFetchText((request) => client.call(request));
}

test('the text is read', async () => {
  server.usual = () => ({ kind: 'answer', status: 200, body: '# Restart\n', headers: { 'content-type': 'text/markdown' } });
  expect(await fetchText(['127.0.0.1'])(`${server.url}/restart.md`)).toBe('# Restart\n');
});

test.each([
  [{ kind: 'answer', status: 404 } as const, 'answered 404'],
  [{ kind: 'answer', status: 200, body: '<!DOCTYPE html><p>' } as const, 'page of HTML'],
  [{ kind: 'answer', status: 200, body: ' ' } as const, 'no text'],
  [{ kind: 'answer', status: 200, body: 'x'.repeat(600 * 1024) } as const, 'longer'],
  [{ kind: 'answer', status: 302, headers: { location: 'http://169.254.169.254/latest' } } as const, '169.254.169.254'],
])('what cannot be read is told at its field: %j', async (answer, words) => {
  server.usual = () => answer;
  await expect(fetchText(['127.0.0.1'])(`${server.url}/x`)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(words), fields: [{ field: 'body.url' }] });
});

test.each(['http://127.0.0.1:PORT/', 'http://2130706433:PORT/', 'http://[::ffff:127.0.0.1]:PORT/', 'http://localhost:PORT/', 'file:///etc/passwd'])('cap 84: %s is not called', async (url) => {
  await expect(fetchText([])(url.replace('PORT', String(server.port)))).rejects.toMatchObject({ code: 'invalid_input' });
  expect(server.seen).toEqual([]);
});
