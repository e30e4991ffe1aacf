/**
 * cap 76: kill -9 before, inside and after a step of every kind, and at random moments of long chains: another replica goes
 * on within 10 s; no effect is lost, and none is done twice at a server that counts them by idempotency key.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LEAF_KINDS, type Incident, type LeafKind, type Run, type RunId } from '../../backend/contract/index.ts';
import { runbookId } from '../../backend/contract/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { callReplica, killReplicas, startReplica, type Replica } from '../harness/replica.ts';
import { cleanAgents, startAgentProcess } from '../agents/agentStand.ts';
import { startEffects, startPassage, type Effects, type Passage } from './otherSides.ts';

const LIMIT_MS = 10_000;
const PHASES = ['before', 'inside', 'after'] as const;
type Phase = (typeof PHASES)[number];

let database: TestDatabase;
let grafana: TestGrafana;
let effects: Effects;
let passage: Passage;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  grafana = await startTestGrafana();
  effects = await startEffects();
  passage = await startPassage();
  folder = await mkdtemp(join(tmpdir(), 'muster-kill-'));
});
afterAll(async () => {
  await cleanAgents();
  await killReplicas();
  await passage.close();
  await effects.close();
  await rm(folder, { recursive: true, force: true });
  await grafana.close();
  await database.drop();
});

interface Example {
  /** `with` of the step, as YAML; `TAG` is of the run alone, `URL` the counting server. */
  readonly with: string;
  /** The step has come so far that it may be killed inside: by default, when it runs, waits or has ended. */
  readonly calls?: boolean;
  /** Where its effect on others is counted: by what was kept under the tag of the run. Has to be 1. */
  readonly outside?: (tag: string) => Promise<number>;
  /** What a person or time does while no replica works on it. */
  readonly people?: (replica: Replica, run: Run) => Promise<void>;
  /** How often its effect on Muster came about. Has to be 1. */
  readonly count?: string;
}

const answering = (answer: 'approve' | 'done') => async (replica: Replica, run: Run): Promise<void> => {
  if (run.steps.some((step) => step.path === 'it' && step.question !== null)) await callReplica(replica, ED_EDITOR, 'answerStep', { params: { id: run.id }, body: { step: 'it', answer } });
};

/** Messages that were taken under different keys. */
const messagesOf = (kind: string) => async (tag: string): Promise<number> => new Set(effects.messages.filter((message) => message.kind === kind && message.body.includes(`"${tag}"`)).map(({ key }) => key)).size;

/** One for each kind; the compiler asks for it. */
function examples(): Record<LeafKind, Example> {
  return {
    http: { with: '{ url: "URL/TAG/inside", method: POST }', calls: true },
    promql: { with: '{ url: "URL/TAG/inside", expr: up }', calls: true },
    script: { with: '{ code: "let n = 0; for (let i = 0; i < 300000; i++) n += i; return n", timeLimit: 10s }' },
    grafanaQuery: { with: '{ datasource: TAG, query: { expr: up } }' },
    annotate: { with: '{ text: TAG }', outside: async (tag) => effects.annotations.filter(({ text: said }) => said === tag).length },
    notify: { with: '{ to: team, message: TAG }', outside: messagesOf('notify') },
    page: { with: '{ to: team, message: TAG }', outside: messagesOf('page') },
    ticket: { with: '{ title: TAG }', outside: messagesOf('ticket') },
    command: { with: '{ agent: here, command: mark, args: { tag: TAG } }', outside: async (tag) => (await readFile(join(folder, 'marks'), 'utf8').catch(() => '')).split('\n').filter((line) => line === tag).length },
    kubernetes: { with: '{ agent: here, action: rolloutRestart, namespace: shop, target: deployment/TAG }', outside: async (tag) => new Set(effects.restarts.filter(({ name }) => name === tag).map(({ at }) => at)).size },
    wait: { with: '{ for: 2s }' },
    waitUntil: { with: '{ condition: "incident.state == \'closed\'", every: 1s, timeout: 3s, otherwise: continue }' },
    approval: { with: '{ question: TAG, role: commander }', people: answering('approve') },
    manual: { with: '{ instruction: TAG }', people: answering('done') },
    task: {
      with: '{ title: TAG }', count: "select count(*)::integer as n from tasks as t where t.title = $1::text",
      async people(replica, run) {
        const { items } = await callReplica(replica, ED_EDITOR, 'listIncidentTasks', { params: { number: run.incident?.number ?? 0 }, query: { limit: 200 } });
        for (const task of items) if (task.title === tagOf(run) && task.state === 'todo') await callReplica(replica, ED_EDITOR, 'completeTask', { params: { id: task.id }, body: {} });
      },
    },
    subRunbook: { with: '{ runbook: child, inputs: { tag: TAG } }', calls: true, count: "select count(*)::integer as n from runbook_runs as r where r.inputs->>'tag' = $1::text" },
    statusUpdate: { with: '{ text: TAG }', count: "select count(*)::integer as n from event_log as e where e.type = 'incident.status_updated' and e.data::text like '%' || $1::text || '%'" },
    silence: { with: '{ matchers: [{ name: service, value: TAG }], for: 1h, comment: TAG }', count: "select count(*)::integer as n from silences as s where to_jsonb(s)::text like '%' || $1::text || '%'" },
    setField: { with: '{ field: severity, value: sev4, reason: TAG }' },
    declare: { with: '{ title: TAG, severity: sev4 }', count: 'select count(*)::integer as n from incidents as i where i.title = $1::text' },
  };
}

function tagOf(run: Run): string {
  return run.runbook.replace(/^r-/, '');
}

function text(kind: LeafKind, tag: string, example: Example): string {
  const fill = (part: string): string => part.replaceAll('URL', effects.url).replaceAll('TAG', tag);
  return fill(`apiVersion: muster/v1
kind: Runbook
metadata: { id: r-TAG, title: r-TAG }
steps:
  - { id: first, kind: http, with: { url: "URL/TAG/before", method: POST } }
  - { id: it, kind: ${kind}, continueOnError: true, with: ${example.with} }
  - { id: last, kind: http, with: { url: "URL/TAG/after", method: POST } }
`);
}

async function publish(replica: Replica, source: string): Promise<ReturnType<typeof runbookId.parse>> {
  const made = await callReplica(replica, ADA_ADMIN, 'createRunbook', { body: { source } });
  const response = await fetch(`${replica.url}/api/runbooks/${made.id}/publish`, {
    method: 'POST', body: '{}',
    headers: { ...await headers(replica), 'If-Match': `"${made.version}"`, 'Content-Type': 'application/json' },
  });
  if (!response.ok) throw new Error(await response.text());
  return made.id;
}

async function headers(replica: Replica): Promise<Record<string, string>> {
  return { Authorization: 'Bearer plugin-token-of-organisation-one-0001', 'X-Grafana-Id': await replica.grafana.sign(ADA_ADMIN) };
}

function settings(): Parameters<typeof startReplica>[0] {
  return { connectionString: database.connectionString, grafana, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } };
}

const get = (replica: Replica, id: RunId): Promise<Run> => callReplica(replica, ED_EDITOR, 'getRun', { params: { id } });

/** The other sides: addresses for messages, Grafana's API, and an agent that may mark and restart. */
async function setUp(replica: Replica): Promise<void> {
  const put = async (path: string, version: number, body: object): Promise<void> => {
    const response = await fetch(`${replica.url}/api${path}`, { method: 'PUT', body: JSON.stringify(body), headers: { ...await headers(replica), 'If-Match': `"${version}"`, 'Content-Type': 'application/json' } });
    if (!response.ok) throw new Error(await response.text());
  };
  const { most, version } = await callReplica(replica, ADA_ADMIN, 'getAutomation');
  await put('/automation', version, { maxTargetsPerHour: null, most, notifyUrl: `${effects.url}/hook/notify`, pageUrl: `${effects.url}/hook/page`, ticketUrl: `${effects.url}/hook/ticket` });
  await put('/grafana-connection', 0, { url: effects.url, token: 'glsa_of-an-example' });
  const { token } = await callReplica(replica, ADA_ADMIN, 'createAgent', { body: { name: 'here' } });
  passage.to(replica.url);
  // It waits inside where a file tells it to, until the other replica has taken over.
  const mark = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(join(folder, 'marks'))}, process.argv[1] + '\\n');
    if (process.argv[1].endsWith('-inside')) { const timer = setInterval(() => { if (fs.existsSync(${JSON.stringify(join(folder, 'go'))})) clearInterval(timer); }, 50); }`;
  await startAgentProcess({
    url: passage.url, token,
    config: {
      atOnce: 16,
      commands: [{ name: 'mark', program: process.execPath, args: ['-e', mark, '{{ tag }}'], parameters: [{ name: 'tag', type: 'string', pattern: '[a-z-]+' }] }],
      kubernetes: { server: effects.url, allow: [{ actions: ['rolloutRestart'], namespaces: ['shop'], targets: ['deployment/*'] }] },
    },
  });
  await eventually(() => callReplica(replica, ADA_ADMIN, 'listAgents'), ({ items }) => items.some(({ state }) => state === 'online'));
}

/** Kills the one that works; the other stood still until then, so that it took nothing. */
async function takeOver(victim: Replica, survivor: Replica): Promise<number> {
  await victim.kill9();
  const killedAt = Date.now();
  process.kill(survivor.pid, 'SIGCONT');
  passage.to(survivor.url);
  await writeFile(join(folder, 'go'), '');
  effects.release();
  return killedAt;
}

test('every kind of step has an example', () => {
  expect(Object.keys(examples()).sort()).toEqual([...LEAF_KINDS].sort());
});

test('cap 76: killed before, inside and after a step of every kind, each run goes on within 10 s, and each effect came about once', async () => {
  const [victim, survivor] = await Promise.all([startReplica(settings()), startReplica(settings())]);
  await setUp(victim);
  const incident: Incident = await callReplica(victim, ADA_ADMIN, 'declareIncident', { body: { title: 'Something', severity: 'sev3' } });
  await publish(victim, `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: child, title: child }\ninputs: [{ name: tag, type: string }]\nsteps:\n  - { id: go, kind: http, with: { url: "${effects.url}/{{ inputs.tag }}/inside", method: POST } }\n`);
  const table = examples();
  const cases = LEAF_KINDS.flatMap((kind) => PHASES.map((phase) => ({ kind, phase, tag: `${kind.toLowerCase()}-${phase}`, example: table[kind] })));
  for (const one of cases) await publish(victim, text(one.kind, one.tag, one.example));
  process.kill(survivor.pid, 'SIGSTOP');
  const isInside = (path: string, body: string): boolean => path.startsWith('/api/v1') || body.includes('-inside"') || path.endsWith('-inside');
  effects.hold((path, body) => PHASES.some((phase: Phase) => path.includes(`-${phase}/${phase}`)) || isInside(path, body));
  const runs = await Promise.all(cases.map(async (one) => ({ ...one, run: await callReplica(victim, ADA_ADMIN, 'startRun', { params: { id: runbookId.parse(`r-${one.tag}`) }, body: { incident: incident.number } }) })));

  // Everybody stands where the kill is to find them.
  for (const { phase, tag, kind, example, run } of runs) {
    const isThere = (): boolean => effects.seen.some(({ path }) => path.includes(`/${tag}/${phase}`));
    await eventually(async () => {
      if (example.people !== undefined && phase === 'after') await example.people(victim, await get(victim, run.id));
      if (phase !== 'inside') return isThere();
      if (example.outside !== undefined) return (await example.outside(tag)) === 1;
      if (example.calls === true) return kind === 'promql' ? effects.seen.some(({ path }) => path.includes(`/${tag}/inside`)) : isThere();
      return (await get(victim, run.id)).steps.some((step) => step.path === 'it');
    }, Boolean, 30_000);
  }
  const open = new Set((await Promise.all(runs.map(({ run }) => get(victim, run.id)))).filter((run) => run.endedAt === null).map(({ id }) => id));
  const killedAt = await takeOver(victim, survivor);
  const held = runs.filter(({ run, phase, example }) => open.has(run.id) && (phase !== 'inside' || example.calls === true));
  await eventually(async () => (await database.db.query<{ n: number }>("select count(*)::integer as n from runbook_runs as r where r.lease_owner not in ($1, '') and r.ended_at is null", [survivor.replicaId]))[0]?.n, (n) => n === 0, LIMIT_MS + 5_000);
  const resumedMs = Date.now() - killedAt;

  const ended = await eventually(async () => Promise.all(runs.map(async (one) => {
    const seen = await get(survivor, one.run.id);
    if (seen.endedAt === null && one.example.people !== undefined) await one.example.people(survivor, seen);
    return { ...one, run: seen };
  })), (all) => all.every(({ run }) => run.endedAt !== null));

  console.info(`${held.length} runs under way at the kill were gone on with within ${resumedMs} ms`);
  expect(resumedMs).toBeLessThanOrEqual(LIMIT_MS);
  expect(ended.filter(({ run }) => run.state !== 'succeeded').map(({ tag, run }) => `${tag}: ${run.state} ${run.error ?? ''}`)).toEqual([]);
  expect(ended.flatMap(({ tag, run }) => run.steps.filter((step) => step.path === 'it' && step.state !== 'succeeded').map((step) => `${tag}: ${step.state} ${step.error ?? ''}`))).toEqual([]);
  // The key is what makes it one effect: each place was called, under one key alone.
  for (const { tag, example, kind } of ended) {
    for (const place of ['before', ...(example.calls === true && kind !== 'promql' ? ['inside'] : []), 'after']) {
      const keys = effects.seen.filter(({ path }) => path === `/${tag}/${place}`).map(({ key }) => key);
      expect([tag, place, new Set(keys).size]).toEqual([tag, place, 1]);
      expect(keys[0]).not.toBe('');
    }
    if (example.outside !== undefined) expect([tag, await example.outside(tag)]).toEqual([tag, 1]);
    if (example.count === undefined) continue;
    const [row] = await database.db.query<{ n: number }>(example.count, [tag]);
    expect([tag, row?.n]).toEqual([tag, 1]);
  }
  await survivor.stop();
});

test('cap 76: chains that are killed again and again at any moment do each step once', async () => {
  const CHAINS = 10;
  const STEPS = 30;
  const steps = Array.from({ length: STEPS }, (_, place) => `  - { id: s${place}, kind: http, with: { url: "${effects.url}/chain/s${place}", method: POST } }\n`).join('');
  let worker = await startReplica(settings());
  const id = await publish(worker, `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: chain, title: chain }\nsteps:\n${steps}`);
  const before = effects.seen.length;
  const runs = await Promise.all(Array.from({ length: CHAINS }, () => callReplica(worker, ADA_ADMIN, 'startRun', { params: { id }, body: {} })));
  const calls = (): typeof effects.seen => effects.seen.slice(before).filter(({ path }) => path.startsWith('/chain/'));
  for (const share of [0.2, 0.6]) {
    await eventually(async () => calls().length, (n) => n >= CHAINS * STEPS * share);
    const [, next] = await Promise.all([worker.kill9(), startReplica(settings())]);
    worker = next;
  }
  await eventually(async () => Promise.all(runs.map((run) => get(worker, run.id))), (all) => all.every(({ state }) => state === 'succeeded'));

  const keys = new Set(calls().map(({ key }) => key));
  console.info(`${calls().length} calls for ${keys.size} effects`);
  expect(keys.size).toBe(CHAINS * STEPS);
  expect(calls().length).toBeLessThanOrEqual(CHAINS * STEPS + 2 * CHAINS);
});
