/** The promise: a secret that was given to Muster is found in no log, answer, timeline, metric or table. */
import { PassThrough } from 'node:stream';
import { OPERATION_NAMES, operations } from '../../backend/contract/index.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { describeConfig } from '../../backend/platform/config/config.ts';
import { ADA_ADMIN } from '../harness/grafana.ts';
import { pathOf, PLUGIN_TOKENS, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const HMAC_CANARY = 'hmac-canary-8c1f0a77d2';
const GRAFANA_CANARY = 'glsa_canary_4be1f2a901';
let muster: TestApp;
let log = '';

beforeAll(async () => {
  const destination = new PassThrough();
  destination.on('data', (chunk: Buffer) => (log += chunk.toString()));
  muster = await startTestApp({ logger: createLogger({ level: 'trace', destination }) });
});
afterAll(() => muster.close());

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(secret)];
}

test('canaries planted as tokens and secrets are found nowhere', async () => {
  const sourceToken = await muster.addSource(ADA_ADMIN, 'grafana');
  const edited = await muster.call(ADA_ADMIN, 'editSource', { params: { source: 'grafana' }, body: { hmac: { enabled: true, secret: HMAC_CANARY } } }, { 'If-Match': '"1"' });
  const apiToken = await muster.call(ADA_ADMIN, 'createApiToken', { body: { name: 'automation', role: 'manager' } });
  const connected = await muster.call(ADA_ADMIN, 'putGrafanaConnection', { body: { url: null, token: GRAFANA_CANARY } }, { 'If-Match': '"0"' });
  expect([edited.status, apiToken.status, connected.status]).toEqual([200, 201, 200]);
  const canaries = [sourceToken, HMAC_CANARY, GRAFANA_CANARY, apiToken.body.token, PLUGIN_TOKENS[1] ?? '', PLUGIN_TOKENS[2] ?? '', Buffer.alloc(32, 7).toString('base64')].flatMap(spellings);

  const seen: string[] = [];
  seen.push(await (await muster.postWebhook('grafana', sourceToken, { alerts: [grafanaAlert({ fingerprint: 'a', startsAt: Date.now() })] })).text());
  seen.push(await (await muster.postWebhook('grafana', `${sourceToken}x`, { alerts: [] })).text());
  const headers = { ...(await muster.headersOf(ADA_ADMIN)), 'If-Match': '"99"', 'Content-Type': 'application/json' };
  for (const name of OPERATION_NAMES) {
    if (name === 'streamEvents' || ('shownOnce' in operations[name])) continue;
    const { method } = operations[name];
    const response = await fetch(`${muster.url}${pathOf(name, { params: { number: 1, source: 'grafana', id: 'x', user: 'user:x', position: 1 } })}`, {
      method: method.toUpperCase(), headers, ...(method === 'get' || method === 'delete' ? {} : { body: '{}' }),
    });
    seen.push(`${name} ${JSON.stringify([...response.headers])} ${await response.text()}`);
  }
  for (const path of ['/metrics', '/readyz', '/healthz', '/api/openapi.json']) seen.push(await (await fetch(`${muster.url}${path}`)).text());
  seen.push(JSON.stringify(describeConfig(muster.config)), JSON.stringify(muster.config), log);
  const tables = await muster.database.db.query<{ name: string }>("select c.relname as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = 'public'");
  for (const { name } of tables) {
    const rows = await muster.database.db.query<{ text: string | null }>(`select string_agg(t::text, '\n') as text from ${name} as t`);
    seen.push(`table ${name}: ${rows[0]?.text ?? ''}`);
  }

  expect(log.length).toBeGreaterThan(0);
  const found = canaries.flatMap((canary) => seen.filter((text) => text.includes(canary)).map((text) => `${canary} in ${text.slice(0, 80)}`));
  expect(found).toEqual([]);
});
