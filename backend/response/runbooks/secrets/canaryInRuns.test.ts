/** The promise for runs: a secret that steps are filled in with stands in no table, whatever the other side answers and however it comes. */
import { startRunsStage, type RunsStage } from '../runs/runs.testkit.ts';
import { createHttpKind } from '../kinds/http.ts';
import { clientFor, startEffectServer, type EffectServer } from '../kinds/kinds.testkit.ts';

const CANARY = 'canary/7f3e+91 "b2" & more';
const SPELLINGS = [
  CANARY, Buffer.from(CANARY).toString('base64'), Buffer.from(CANARY).toString('base64url'), Buffer.from(CANARY).toString('hex'), encodeURIComponent(CANARY),
  new URLSearchParams({ t: CANARY }).toString().slice(2), JSON.stringify(CANARY).slice(1, -1), JSON.stringify(JSON.stringify(CANARY)).slice(3, -3),
];
/** So much of it that no chance would write it. */
const TRACES = ['7f3e', Buffer.from(`a:${CANARY}`).toString('base64').slice(4, 20), Buffer.from(`ab:${CANARY}`).toString('base64').slice(4, 20), Buffer.from('7f3e+91').toString('hex'), ...SPELLINGS];

let stage: RunsStage;
let server: EffectServer;
beforeEach(async () => {
  [stage, server] = await Promise.all([startRunsStage({ secrets: { token: CANARY } }), startEffectServer()]);
});
afterEach(async () => {
  await server.close();
  await stage.close();
});

/** Everything that the database holds, as text. */
async function everything(): Promise<string> {
  const { db } = stage.database;
  const tables = await db.query<{ name: string }>("select format('%I.%I', n.nspname, c.relname) as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname in ('public', 'graphile_worker')");
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await db.query<{ text: string | null }>(`select string_agg(t::text, '\n') as text from ${name} as t`);
    texts.push(`table ${name}: ${rows[0]?.text ?? ''}`);
  }
  return texts.join('\n');
}

test.each([200, 500])('cap 78: a canary that comes back in every form, with status %s, is found in no table', async (status) => {
  const echo = JSON.stringify({ raw: CANARY, basic: Buffer.from(`a:${CANARY}`).toString('base64'), list: SPELLINGS, [CANARY]: Buffer.from(`ab:${CANARY}`).toString('base64') });
  server.usual = () => ({ kind: 'answer', status, body: echo, headers: { 'content-type': 'application/json', 'x-echo': encodeURIComponent(CANARY) } });
  const client = clientFor();
  const kind = createHttpKind({ callOut: (request) => client.call(request), holds: () => true });
  if (!('run' in kind)) throw new Error('is run');
  stage.answer(async (call, signal, out) => {
    for (const text of [...SPELLINGS, echo]) for (const character of `${text}\n`) out.write('out', character);
    return kind.run(call, signal, out);
  });
  stage.publish('leaky', `steps:
  - { id: call, name: 'Call', kind: http, with: { method: POST, url: '${server.url}/{{ secrets.token | url }}', headers: { Authorization: 'Bearer {{ secrets.token | url }}' }, body: '{"t":{{ secrets.token | json }} }' } }
`);
  const run = await stage.start('leaky');
  await stage.settle();
  const text = await everything();
  await client.close();

  expect(server.seen[0]?.body).toBe(`{"t":${JSON.stringify(CANARY)} }`);
  expect(await stage.states(run)).toEqual([`call: ${status === 200 ? 'succeeded' : 'failed'}`]);
  expect(text).toContain('leaky');
  expect(text).toContain('***');
  expect(TRACES.filter((trace) => text.includes(trace))).toEqual([]);
});
