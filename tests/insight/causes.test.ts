/** cap 117, cap 118, cap 120: the causes of an incident are ranked with evidence; people confirm and refute them; and what was changed before is ordered by suspicion. */
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { audienceId, type CauseBoard, type IncidentNumber } from '../../backend/contract/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { shopLike, startPrometheus, type StandInPrometheus } from '../detection/prometheus.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const MINUTE = 60_000;
let muster: TestApp;
let clock: SimulatedClock;
let number: IncidentNumber;
let release: string;
let token: string;
let prometheus: StandInPrometheus;
beforeAll(async () => {
  clock = createSimulatedClock(Date.now());
  prometheus = await startPrometheus();
  muster = await startTestApp({ clock, env: { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' } });
  const ci = await muster.addSource(ADA_ADMIN, 'ci', 'change');
  token = await muster.addSource(ADA_ADMIN, 'grafana');
  await muster.call(ADA_ADMIN, 'importServices', { body: { csv: 'name,depends_on\nweb,web-db\nweb-db,web-disk\nweb-disk,\nmail,\nbasket,basket-db\nbasket-db,\n', dryRun: false } });
  const tell = (change: object) => muster.postWebhook('ci', ci, change, 'change');
  await tell({ id: 'flag-1', kind: 'flag', service: 'web', title: 'New basket for all', at: new Date(clock.nowMs() - 180 * MINUTE).toISOString() });
  await tell({ id: 'mail-7', kind: 'deploy', service: 'mail', title: 'Release 7 of mail', at: new Date(clock.nowMs()).toISOString() });
  release = new Date(clock.nowMs()).toISOString();
  await tell({ id: 'release-42', kind: 'deploy', service: 'web-db', title: 'Release 42', author: 'ada', at: release });
  clock.advance(3 * MINUTE);
  await muster.app.correlator?.settle();
  for (const [name, service] of [['Down', 'web-db'], ['Slow', 'web'], ['Failing', 'web']] as const) {
    const alert = grafanaAlert({ name, fingerprint: `${service}${name}`, service, severity: 'critical', startsAt: clock.nowMs() });
    await muster.postWebhook('grafana', token, { groupKey: `${service}${name}`, alerts: [alert] });
  }
  const found = async () => {
    const { body } = await muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'web-db' } });
    return (await muster.call(VERA_VIEWER, 'getIncident', { params: { number: body.items[0]?.number ?? 0 } })).body;
  };
  ({ number } = await eventually(found, (body) => (body.assessment?.roots.length ?? 0) > 1));
});
afterAll(async () => {
  await muster.close();
  await prometheus.close();
  expect(prometheus.faults).toEqual([]);
});

async function board(): Promise<CauseBoard> {
  return (await muster.call(VERA_VIEWER, 'getCauses', { params: { number } })).body;
}

const seen = (version: number) => ({ 'If-Match': `"${version}"` });

test('what was changed before is ordered by suspicion with reasons, from the services and from what they need, beside the rules that rose', async () => {
  const { changes, rising, services } = (await muster.call(VERA_VIEWER, 'getChangesBefore', { params: { number } })).body;
  expect(changes.map(({ change, hops }) => [change.id, hops])).toEqual([['release-42', 0], ['flag-1', 0]]);
  const [first, second] = changes;
  expect(first?.reasons.map(({ text }) => text)).toEqual(expect.arrayContaining(['changed web-db, which is not as it was', expect.stringMatching(/^came 3 min before the trouble began$/), 'grouping holds it for the probable cause']));
  expect(first?.suspicion).toBeGreaterThan(0.8);
  expect(second?.suspicion).toBeLessThan(first?.suspicion ?? 0);
  expect(services.sort()).toEqual(['web', 'web-db', 'web-disk']);
  expect(rising.map(({ name, services: where, alerts, usual }) => [name, where, alerts, usual])).toEqual(expect.arrayContaining([['Down', ['web-db'], 1, 0], ['Slow', ['web'], 1, 0]]));
});

test('suspects come with evidence; one that is refuted goes last and leaves its weight to the others; a hypothesis is added and confirmed; all of it is on the timeline', async () => {
  const before = await board();
  expect(before.items.map(({ id, verdict, version }) => [id, verdict, version])).toEqual([['service:web-db', 'open', 0], ['service:web', 'open', 0]]);
  expect(before.items[0]?.evidence).toContainEqual({ kind: 'change', text: 'Release 42', weight: 1 });
  const confidence = before.items[1]?.confidence ?? 0;

  const refuted = await muster.call(ED_EDITOR, 'judgeCause', { params: { number }, body: { cause: 'service:web-db', verdict: 'refuted', note: 'It answers in 2 ms' } }, seen(0));
  expect(refuted.body).toMatchObject({ verdict: 'refuted', note: 'It answers in 2 ms', judgedBy: { name: 'Ed Editor' }, confidence: 0, version: 2 });
  const after = await board();
  expect(after.items.map(({ id }) => id)).toEqual(['service:web', 'service:web-db']);
  expect(after.items[0]?.confidence).toBeGreaterThan(confidence);
  expect(after.items[0]?.evidence).toContainEqual(expect.objectContaining({ kind: 'refuted', text: 'web-db was refuted; what is left shares the weight' }));

  // Whoever judged meanwhile is not overruled unseen.
  const late = await muster.call(ADA_ADMIN, 'judgeCause', { params: { number }, body: { cause: 'service:web-db', verdict: 'confirmed' } }, seen(0));
  expect([late.status, late.problem.detail]).toEqual([412, expect.stringContaining('was judged by Ed Editor since you looked')]);

  const added = await muster.call(ED_EDITOR, 'addHypothesis', { params: { number }, body: { text: 'The disk of web-db is full', service: 'web-disk' } });
  expect([added.status, added.body]).toEqual([201, expect.objectContaining({ origin: 'person', service: 'web-disk', confidence: null, verdict: 'open', addedBy: expect.objectContaining({ name: 'Ed Editor' }) })]);
  expect((await board()).items.map(({ id }) => id)).toEqual(['service:web', added.body.id, 'service:web-db']);
  await muster.call(ED_EDITOR, 'judgeCause', { params: { number }, body: { cause: added.body.id, verdict: 'confirmed', note: 'No space left' } }, seen(added.body.version));
  const confirmed = await board();
  expect(confirmed.items.map(({ id, verdict }) => [id, verdict])).toEqual([[added.body.id, 'confirmed'], ['service:web', 'open'], ['service:web-db', 'refuted']]);
  expect(confirmed.items[0]?.confidence).toBe(1);
  expect(confirmed.items[1]?.evidence.at(-1)).toMatchObject({ kind: 'confirmed', weight: expect.any(Number) });

  const timeline = (await muster.call(VERA_VIEWER, 'listTimeline', { params: { number } })).body.items.map(({ text }) => text);
  expect(timeline).toEqual(expect.arrayContaining(['Hypothesis: The disk of web-db is full (web-disk)', 'Cause confirmed: The disk of web-db is full: No space left', 'Cause refuted: web-db failed first: It answers in 2 ms']));
  // What the engine said then is kept, for the review and for its accuracy.
  const kept = await muster.database.db.query('select service, engine_suspects, loudest_service from incident_hypotheses where incident_number = $1 order by id', [number]);
  expect(kept).toEqual([{ service: 'web-db', engine_suspects: ['web-db', 'web'], loudest_service: expect.any(String) }, { service: 'web-disk', engine_suspects: ['web-db', 'web'], loudest_service: expect.any(String) }]);
});

test('cap 121: what was confirmed and judged is known to the accuracy of the helpers, but not where only members see it', async () => {
  await muster.call(ED_EDITOR, 'putJudgement', { params: { number }, body: { verdict: 'correct' } }, seen(0));
  clock.advance(1_000);
  const accuracy = async () => (await muster.call(VERA_VIEWER, 'getAccuracy', { query: { weeks: 2 } })).body.helpers;
  const [correlation, prediction, diagnosis] = await accuracy();
  expect(correlation).toMatchObject({ helper: 'correlation', total: { judged: 3, score: 1, precision: 1, recall: 1, baseline: 0.5 }, verdict: 'unknown' });
  expect(correlation?.weeks).toHaveLength(2);
  expect(prediction).toMatchObject({ helper: 'prediction', lowerIsBetter: true, total: { judged: 0, score: null } });
  // The confirmed cause was no suspect.
  expect(diagnosis).toMatchObject({ helper: 'diagnosis', total: { judged: 1, score: 0, baseline: 0, recall: 0 } });
  expect(diagnosis?.weeks.at(-1)).toMatchObject({ judged: 1, score: 0 });
  await muster.call(ED_EDITOR, 'makeIncidentPrivate', { params: { number }, body: { reason: 'for the test' } });
  expect((await accuracy()).map(({ total }) => total.judged)).toEqual([0, 0, 0]);
  await muster.call(ED_EDITOR, 'makeIncidentOpen', { params: { number }, body: { reason: 'for the test' } });
});

test('cap 120: the summary and the drafts are made of what the asker may read; nothing of a draft is kept or told', async () => {
  await muster.call(ED_EDITOR, 'addNote', { params: { number }, body: { text: 'No space left on web-disk-3.internal' } });
  const summary = (await muster.call(VERA_VIEWER, 'getSummary', { params: { number } })).body;
  const lines = Object.fromEntries(summary.parts.map((part) => [part.part, part.lines.join(' | ')]));
  expect(lines['cause']).toMatch(/^The disk of web-db is full: confirmed by Ed Editor \(No space left\) \| Ruled out: web-db failed first$/);
  expect(lines['changed']).toContain('Release 42 (web-db) by ada; suspicion');
  expect(lines['tried']).toContain('Ed Editor: No space left on web-disk-3.internal');
  expect(lines['lead']).toBe('Nobody yet');
  const before = await muster.database.db.query('select count(*)::integer as updates, (select count(*)::integer from event_log) as events from status_updates');
  const write = (audience: string) => muster.call(ED_EDITOR, 'writeDraft', { params: { number }, body: { audience: audienceId.parse(audience) } });
  const inside = (await write('internal')).body;
  expect(inside).toMatchObject({ wording: 'inside', fields: { summary: expect.stringContaining('The disk of web-db is full: confirmed'), action: expect.stringContaining('web-disk-3.internal') } });
  const outside = (await write('customer')).body;
  expect(outside).toMatchObject({ wording: 'outside', fields: { title: 'One of our services: slow or failing at times' }, left: ['What customers can do meanwhile'] });
  expect(JSON.stringify(outside)).not.toMatch(/web|disk|Ed |Release/);
  // It is what an update can be made of as it stands.
  const made = await muster.call(ED_EDITOR, 'previewUpdate', { params: { number }, body: { audience: audienceId.parse('customer'), fields: outside.fields, phase: outside.phase, components: outside.components } });
  expect([made.status, made.body.missing]).toEqual([200, []]);
  expect(await muster.database.db.query('select count(*)::integer as updates, (select count(*)::integer from event_log) as events from status_updates')).toEqual(before);
  const nobody = await write('nobody');
  expect([nobody.status, nobody.problem.errors]).toEqual([400, [expect.objectContaining({ field: 'body.audience' })]]);
  expect((await muster.call(VERA_VIEWER, 'writeDraft', { params: { number }, body: { audience: audienceId.parse('internal') } })).status).toBe(403);
});

test('bad input is named: no such cause, no words, no version', async () => {
  const nothing = await muster.call(ED_EDITOR, 'judgeCause', { params: { number }, body: { cause: 'service:nowhere', verdict: 'refuted' } }, seen(0));
  expect([nothing.status, nothing.problem.detail]).toEqual([404, expect.stringContaining('has no such cause')]);
  const odd = await muster.call(ED_EDITOR, 'judgeCause', { params: { number }, body: { cause: 'payments', verdict: 'refuted' } }, seen(0));
  expect([odd.status, odd.problem.errors]).toEqual([400, [expect.objectContaining({ field: 'body.cause' })]]);
  expect((await muster.call(ED_EDITOR, 'judgeCause', { params: { number }, body: { cause: 'service:web', verdict: 'refuted' } })).status).toBe(428);
  const short = await muster.call(ED_EDITOR, 'addHypothesis', { params: { number }, body: { text: ' a ' } });
  expect([short.status, short.problem.errors]).toEqual([400, [expect.objectContaining({ field: 'body.text' })]]);
});

test('cap 117: series that detectors watch say what changed first: asked in the background, with a word that they are being asked, and the symptom goes below', async () => {
  const causes = async (of: number): Promise<CauseBoard> => (await muster.call(VERA_VIEWER, 'getCauses', { params: { number: of } })).body;
  expect((await board()).metrics).toMatchObject({ state: 'none', series: 0 });
  let brokenMs = Number.POSITIVE_INFINITY;
  const slow = (level: number, afterMs: number) => shopLike(level, (atMs) => (atMs >= brokenMs + afterMs ? 0.5 : 0));
  const expr = 'avg by (service) (request_duration_seconds)';
  prometheus.expressions.set(expr, [{ labels: { service: 'basket-db' }, valueAt: slow(0.05, 0) }, { labels: { service: 'basket' }, valueAt: slow(0.2, 4 * MINUTE) }]);
  const query = { kind: 'prometheus', url: prometheus.url, expr } as const;
  expect((await muster.call(ADA_ADMIN, 'createDetector', { body: { name: 'Latency', query, stepSeconds: 300, direction: 'above' } })).status).toBe(201);
  const detectors = async () => {
    clock.advance(2_000);
    return (await muster.call(VERA_VIEWER, 'listDetectors', {})).body.items;
  };
  await eventually(detectors, (items) => items.some(({ name, state }) => name === 'Latency' && state === 'shadow'), 60_000);

  brokenMs = Math.ceil(clock.nowMs() / (5 * MINUTE)) * 5 * MINUTE;
  clock.advance(brokenMs - clock.nowMs() + 16 * MINUTE);
  await muster.postWebhook('grafana', token, { groupKey: 'basket', alerts: [grafanaAlert({ name: 'SlowBasket', fingerprint: 'basket', service: 'basket', severity: 'critical', startsAt: brokenMs + 6 * MINUTE })] });
  const { number: of } = await eventually(async () => (await muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'basket' } })).body.items[0] ?? { number: 0 }, (found) => found.number > 0);
  const found = await eventually(async () => {
    const seen = await causes(of);
    clock.advance(2_000);
    return seen;
  }, ({ metrics }) => metrics.state !== 'preparing');
  expect(found.metrics).toMatchObject({ state: 'ready', series: 2, services: 2 });
  expect(found.items.map(({ service }) => service)).toEqual(['basket-db', 'basket']);
  expect(found.items[0]).toMatchObject({ text: 'basket-db changed its state', origin: 'engine', series: [expect.objectContaining({ name: 'Latency', state: 'shadow', query: { kind: 'prometheus', url: expect.stringContaining(`${prometheus.url}/graph?`) } })] });
  expect(found.items[1]?.evidence).toContainEqual(expect.objectContaining({ kind: 'symptom', text: expect.stringContaining('a symptom: basket-db, which it needs') }));

  // What is judged is the suspect as it is shown.
  const judged = await muster.call(ED_EDITOR, 'judgeCause', { params: { number: of }, body: { cause: 'service:basket-db', verdict: 'confirmed' } }, seen(0));
  expect([judged.status, judged.body.verdict]).toEqual([200, 'confirmed']);
  const [kept] = await muster.database.db.query('select engine_suspects from incident_hypotheses where incident_number = $1', [of]);
  expect(kept).toEqual({ engine_suspects: ['basket-db', 'basket'] });
}, 90_000);
