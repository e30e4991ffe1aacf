/**
 * The property under the back-test and under every figure: the service does with a stream what `muster replay` does with its
 * recording. The service is two replicas over HTTP, with a catalogue, deploys and a suppression, and the one that correlates is
 * cut off in the middle of the stream, more than once.
 */
import fc from 'fast-check';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedClock } from '../../backend/platform/clock.ts';
import { RECORDING_START_MS } from '../../backend/cli/replayFiles.ts';
import { evenly, SHOP, START_MS } from '../../backend/correlation/engine/engine.testkit.ts';
import { anyStream, type Stream } from '../../backend/correlation/engine/streams.testkit.ts';
import type { AlertChange } from '../../backend/ingest/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { ADA_ADMIN, startTestGrafana, type TestGrafana } from '../harness/grafana.ts';
import { grafanaAlert, ORG } from '../harness/pipeline.ts';
import { runProgram } from '../harness/replica.ts';

const SETTLE_MS = 15_000;
const END_MS = 30 * 60_000;
/** Alerts that begin within so long come in one delivery. */
const DELIVERY_MS = 5_000;
/** The program's own defaults, as the replay has them; the tests' services group a lone alert. */
const DEFAULTS = { MUSTER_CORRELATION_MIN_ALERTS: '3' };
const SUPPRESSED = 'TrafficUp';
const SEVERITY_LABEL = { sev1: 'critical', sev2: 'high', sev3: 'warning', sev4: 'low', sev5: 'info' } as const;

interface Sent { readonly at: number; readonly payload: { readonly groupKey: string; readonly alerts: readonly object[] } }
interface Deployed { readonly at: number; readonly id: string; readonly kind: 'deploy'; readonly service: string; readonly title: string }
interface Recording { readonly sent: readonly Sent[]; readonly deployed: readonly Deployed[] }

/** What became of it; incidents by their alerts, as numbers are names only. */
type Picture = readonly { readonly alerts: readonly string[]; readonly severity: string; readonly roots: readonly string[]; readonly declaredAt: string | null }[];

let dir: string;
let grafana: TestGrafana;
beforeAll(async () => {
  [dir, grafana] = await Promise.all([mkdtemp(join(tmpdir(), 'muster-replay-test-')), startTestGrafana()]);
});
afterAll(async () => {
  await grafana.close();
  await rm(dir, { recursive: true, force: true });
});

function payloadOf(change: AlertChange): object {
  const ended = change.kind === 'resolved' ? { status: 'resolved' as const, endsAt: change.recordedAt } : {};
  return {
    ...grafanaAlert({
      fingerprint: change.alertKey, name: change.name, startsAt: change.startsAt, severity: SEVERITY_LABEL[change.severity], ...ended,
      ...(change.service === null ? {} : { service: change.service }), labels: change.cluster === null ? {} : { cluster: change.cluster },
    }),
    annotations: { summary: change.summary },
  };
}

/** The stream as deliveries, each at the time of its last alert, so that the others are late. */
function record({ changes, deploys }: Stream): Recording {
  const parts: AlertChange[][] = [];
  for (const change of changes) {
    const part = parts.at(-1);
    const [first] = part ?? [];
    if (part !== undefined && first !== undefined && change.recordedAt.getTime() - first.recordedAt.getTime() < DELIVERY_MS) part.push(change);
    else parts.push([change]);
  }
  return {
    sent: parts.map((part, index) => ({ at: (part.at(-1)?.recordedAt.getTime() ?? 0) - START_MS, payload: { groupKey: `{}:{${index}}`, alerts: part.map(payloadOf) } })),
    deployed: deploys.map(({ id, at, service, title }) => ({ at: at.getTime() - START_MS, id, kind: 'deploy', service: service ?? '', title })),
  };
}

function isSuppressed(alert: object): boolean {
  return 'labels' in alert && typeof alert.labels === 'object' && alert.labels !== null && 'alertname' in alert.labels && alert.labels.alertname === SUPPRESSED;
}

function pictureOf(placements: Readonly<Record<string, string | null>>, about: (incident: string) => Omit<Picture[number], 'alerts'>): Picture {
  const byIncident = Map.groupBy(Object.entries(placements), ([, incident]) => incident);
  return [...byIncident].flatMap(([incident, members]) => (incident === null ? [] : [{ alerts: members.map(([alert]) => alert).sort(), ...about(incident) }]))
    .sort((a, b) => ((a.alerts[0] ?? '') < (b.alerts[0] ?? '') ? -1 : 1));
}

async function linesOf(name: string, items: readonly object[]): Promise<string> {
  await writeFile(join(dir, name), items.map((item) => JSON.stringify(item)).join('\n'));
  return join(dir, name);
}

/** What `muster replay` makes of all that was not suppressed. */
async function replayed({ sent, deployed }: Recording): Promise<{ placements: Record<string, string | null>; picture: Picture }> {
  const heard = sent.map(({ at, payload }) => ({ at, payload: { ...payload, alerts: payload.alerts.filter((alert) => !isSuppressed(alert)) } }));
  const topology = join(dir, 'topology.json');
  await writeFile(topology, JSON.stringify({ ...SHOP, services: [...SHOP.services].sort((a, b) => (a.name < b.name ? -1 : 1)) }));
  const out = join(dir, 'out');
  const { code, output } = await runProgram([
    'replay', '--deliveries', await linesOf('stream.jsonl', heard), '--topology', topology, '--changes', await linesOf('changes.jsonl', deployed), '--out', out,
  ], { connectionString: 'postgresql://unused@127.0.0.1:1/unused', grafana, env: DEFAULTS });
  if (code !== 0) throw new Error(output);
  const read = async (name: string) => JSON.parse(await readFile(join(out, name), 'utf8'));
  const [placements, severities, roots, declared] = [await read('predictions.json'), await read('severities.json'), await read('roots.json'), await read('declared.json')];
  return { placements, picture: pictureOf(placements, (incident) => ({ severity: severities[incident], roots: roots[incident], declaredAt: declared[incident] ?? null })) };
}

async function fill(muster: TestApp): Promise<{ alerts: string; changes: string }> {
  const dependencies = Map.groupBy(SHOP.edges, (edge) => edge.from);
  const rows = SHOP.services.map(({ name, clusters }) => [name, clusters.join(' '), (dependencies.get(name) ?? []).map((edge) => `${edge.to}:${edge.type}`).join(' ')].join(','));
  const imported = await muster.call(ADA_ADMIN, 'importServices', { body: { csv: ['name,clusters,depends_on', ...rows].join('\n'), dryRun: false } });
  const { version } = (await muster.call(ADA_ADMIN, 'getInfrastructure')).body;
  const { clusters, racks, hosts } = SHOP;
  const places = await muster.call(ADA_ADMIN, 'putInfrastructure', { body: { clusters: [...clusters], racks: [...racks], hosts: [...hosts] } }, { 'If-Match': `"${version}"` });
  const rule = await muster.call(ADA_ADMIN, 'createNoiseRule', {
    body: { kind: 'suppression', name: 'Traffic', reason: 'not ours', scope: { matchers: [{ name: 'alertname', operator: '=', value: SUPPRESSED }] } },
  });
  expect([imported.status, places.status, rule.status]).toEqual([200, 200, 201]);
  return { alerts: await muster.addSource(ADA_ADMIN, 'recording'), changes: await muster.addSource(ADA_ADMIN, 'ci', 'change') };
}

function correlatorOf(muster: TestApp) {
  const { correlator } = muster.app;
  if (correlator === null) throw new Error('no correlator');
  return correlator;
}

/** Cuts the connection of whoever correlates. */
async function cutOff(database: TestDatabase): Promise<void> {
  const cut = await database.db.query(
    `select pg_terminate_backend(l.pid) from pg_locks as l
     where l.locktype = 'advisory' and l.granted and l.objid = 1 and l.objsubid = 2 and l.database = (select oid from pg_database where datname = current_database())
       and l.pid in (select pid from pg_stat_activity where application_name = 'muster-correlator')`,
  );
  expect(cut.length).toBeGreaterThan(0);
}

/** What the service makes of it; before some deliveries are correlated the other replica takes over. */
async function lived({ sent, deployed }: Recording, takeOvers: readonly number[]): Promise<{ placements: Record<string, string | null>; picture: Picture }> {
  const clock = createSimulatedClock(RECORDING_START_MS);
  const database = await createTestDatabase();
  // One that does the background work is enough: a second one would only look again at what there is not to be done.
  const replicas = [await startTestApp({ clock, env: DEFAULTS, database }), await startTestApp({ clock, env: { ...DEFAULTS, MUSTER_ROLES: 'api,correlator' }, database })] as const;
  try {
    const tokens = await fill(replicas[0]);
    let [leading, waiting]: readonly [TestApp, TestApp] = replicas;
    expect(correlatorOf(leading).leads(ORG)).toBe(true);
    let settledMs = RECORDING_START_MS;
    const goTo = async (untilMs: number): Promise<void> => {
      for (; settledMs + SETTLE_MS <= untilMs; settledMs += SETTLE_MS) {
        clock.moveTo(settledMs + SETTLE_MS);
        await correlatorOf(leading).settle();
      }
      clock.moveTo(untilMs);
    };
    const events = [...sent.map((one, index) => ({ ...one, index })), ...deployed].sort((a, b) => a.at - b.at);
    for (const event of events) {
      await goTo(RECORDING_START_MS + event.at);
      if (!('payload' in event)) {
        const { at, ...change } = event;
        const told = await leading.postWebhook('ci', tokens.changes, { ...change, at: new Date(RECORDING_START_MS + at).toISOString() }, 'change');
        if (told.status !== 202) throw new Error(await told.text());
        continue;
      }
      const answer = await (event.index % 2 === 0 ? leading : waiting).postWebhook('recording', tokens.alerts, event.payload);
      if (answer.status !== 202) throw new Error(await answer.text());
      if (takeOvers.includes(event.index)) {
        await cutOff(database);
        const [lost, next] = [correlatorOf(leading), correlatorOf(waiting)];
        await eventually(async () => {
          await next.elect();
          return next.leads(ORG) && !lost.leads(ORG);
        }, (done) => done);
        [leading, waiting] = [waiting, leading];
      }
      await correlatorOf(leading).drain(ORG);
    }
    await goTo(clock.nowMs() + END_MS);
    const rows = await database.db.query<{ alert: string; name: string; starts_at: Date; incident: string | null }>(
      `select a.fingerprint as alert, a.name, a.starts_at, k.incident_number::text as incident from alerts as a
       left join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at`,
    );
    expect(rows.filter((row) => row.name === SUPPRESSED && row.incident !== null)).toEqual([]);
    const heard = rows.filter((row) => row.name !== SUPPRESSED);
    const placements = Object.fromEntries(heard.map((row) => [`${row.alert}|${row.starts_at.toISOString()}`, row.incident]));
    expect(Object.keys(placements)).toHaveLength(heard.length);
    const incidents = await database.db.query<{ number: number; severity: number; roots: { service: string }[] | null; declared_at: Date | null }>(
      `select i.number, i.severity, i.assessment->'roots' as roots, i.declared_at from incidents as i`,
    );
    const picture = pictureOf(placements, (incident) => {
      const found = incidents.find((row) => String(row.number) === incident);
      return { severity: `sev${found?.severity}`, roots: (found?.roots ?? []).map((root) => root.service), declaredAt: found?.declared_at?.toISOString() ?? null };
    });
    return { placements, picture };
  } finally {
    for (const replica of replicas) await replica.close();
    await database.drop();
  }
}

test('cap 36, cap 37, cap 39: whatever comes and whoever takes over, the service makes the incidents, severities and suspects of a replay of the same stream', async () => {
  await fc.assert(fc.asyncProperty(anyStream, fc.array(evenly(0.1, 0.9), { minLength: 2, maxLength: 3 }), async (stream, shares) => {
    const recording = record(stream);
    const takeOvers = shares.map((share) => Math.floor(share * (recording.sent.length - 1)));
    const [live, again] = [await lived(recording, takeOvers), await replayed(recording)];

    expect(Object.keys(live.placements).sort()).toEqual(Object.keys(again.placements).sort());
    expect(live.picture).toEqual(again.picture);
    // Two empty sides would agree, too.
    expect(live.picture).not.toEqual([]);
  }), { numRuns: 2, seed: 20_261_126, endOnFailure: true });
});
