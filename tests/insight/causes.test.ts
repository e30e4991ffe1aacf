/** cap 117, cap 118, cap 120, cap 121: the causes of an incident are ranked with evidence; people confirm and refute them; and what was changed before is ordered by suspicion. */
import { randomBytes } from 'node:crypto';
import { createAccuracy } from '../../backend/insight/accuracy/accuracyRoutes.ts';
import { weeksUntil } from '../../backend/insight/accuracy/figures.ts';
import { createHelperService } from '../../backend/insight/helpers/helperService.ts';
import { createDetectors } from '../../backend/detection/index.ts';
import { createLogger } from '../../backend/platform/logger.ts';
import { createSimulatedClock, type SimulatedClock } from '../../backend/platform/clock.ts';
import { audienceId, orgId, type CallOf, type CauseBoard, type IncidentNumber } from '../../backend/contract/index.ts';
import { provisionModel } from '../../backend/insight/index.ts';
import { Secret } from '../../backend/platform/config/secret.ts';
import { createKeyRing } from '../../backend/platform/secrets/keyRing.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER } from '../harness/grafana.ts';
import { MODEL, MODEL_KEY, startChatCompletions, type ChatCompletions } from '../models/chatCompletions.ts';
import { startPrometheus, type StandInPrometheus } from '../detection/prometheus.ts';
import { shopLike } from '../../scripts/demo/metrics/shopLike.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const MINUTE = 60_000;
const ORG = orgId.parse(1);
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
  await muster.call(ADA_ADMIN, 'importServices', { body: { csv: 'name,depends_on\nweb,web-db\nweb-db,web-disk\nweb-disk,\nmail,\nbasket,basket-db\nbasket-db,\ntill,till-db\ntill-db,\n', dryRun: false } });
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

test('cap 111: patterns of log lines and load that detectors found there, in shadow too, stand among what changed, with count, since when and a link', async () => {
  const began = clock.nowMs() - MINUTE;
  const detectorOf = async (name: string, service: string | null, query: object): Promise<string> => {
    const [row] = await muster.database.db.query<{ id: string }>(
      `insert into detectors (org_id, name, definition, state, state_since, trained_from, evaluated_to, due_at, created_at, created_by, updated_at)
       values (1, $1::text, $2::jsonb, 'train', now(), now(), now(), 'infinity', now(), 'test', now()) returning id::text`, [name, JSON.stringify({ name, service, query, stepSeconds: 60 })],
    );
    return row?.id ?? '';
  };
  const found = (detector: string, labels: object, minutes: number, more: { pattern?: object; value?: number; expected?: object; verdict?: 'wrong' }) => muster.database.db.query(
    `insert into detector_findings (org_id, detector_id, name, series_key, labels, mode, starts_at, value, expected, score, views, alert, found_at, pattern, verdict)
     values (1, $1::bigint, 'a detector', $2::text, $3::jsonb, 'shadow', $4::timestamptz, $5::double precision, $6::jsonb, 0.9, '{"point":0,"sustained":0,"level":0,"shape":0,"drift":0}', '{"labels":{},"annotations":{},"generatorURL":null}', now(), $7::jsonb, $8::text)`,
    [detector, String(minutes), JSON.stringify(labels), new Date(began - minutes * MINUTE), more.value ?? 30, JSON.stringify(more.expected ?? { low: 0, mid: 0, high: 0 }), more.pattern === undefined ? null : JSON.stringify(more.pattern), more.verdict ?? null],
  );
  const pattern = { kind: 'new', template: 'FATAL no space left on <*>', example: 'FATAL no space left on disk 7', lines: 30, firstAt: new Date(began).toISOString(), lastAt: new Date(began).toISOString(), explore: 'https://grafana.example.com/explore?lines' };
  const [lines, requests, waits] = [await detectorOf('Logs', null, { kind: 'loki', from: { datasource: 'loki' }, expr: '{app="web"}', by: 'app' }), await detectorOf('Requests of web', 'WEB', { kind: 'prometheus', url: 'https://prometheus.example.com', expr: 'sum(rate(http_requests_total[5m]))' }), await detectorOf('Waiting', 'web', { kind: 'prometheus', url: 'https://prometheus.example.com', expr: 'wait_seconds' })];
  await found(lines, { service_name: 'web-db' }, 0, { pattern });
  await found(lines, { service_name: 'mail' }, 1, { pattern });
  await found(lines, { service_name: 'web' }, 2, { pattern, verdict: 'wrong' });
  await found(requests, {}, 3, { value: 300, expected: { low: 90, mid: 100, high: 110 } });
  await found(waits, {}, 4, { value: 9, expected: { low: 0, mid: 1, high: 2 } });

  const { noticed, changes } = (await muster.call(VERA_VIEWER, 'getChangesBefore', { params: { number } })).body;
  expect(noticed).toMatchObject([
    { kind: 'pattern', service: 'web-db', mode: 'shadow', hops: 0, at: new Date(began).toISOString(), pattern, load: null, reasons: [{ text: 'no such line had come before' }, { text: 'logged by web-db, which is not as it was' }, { text: 'came as the trouble began' }] },
    { kind: 'traffic', service: 'web', load: { direction: 'up', value: 300, low: 90, high: 110 }, pattern: null, query: { kind: 'prometheus', url: expect.stringContaining('https://prometheus.example.com/graph?') } },
  ]);
  // Who changed something stands above what was logged of it.
  expect(noticed[0]?.suspicion).toBeLessThan(changes[0]?.suspicion ?? 0);
  await muster.database.db.query('delete from detectors');
  await muster.database.db.query('delete from detector_findings');
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

  // Lists, cards, graph and what changed before say what the board says.
  const told = async () => {
    const { probableCause } = (await muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'web-db' } })).body.items[0] ?? { probableCause: null };
    const { nodes } = (await muster.call(VERA_VIEWER, 'getBlastRadius', { params: { number } })).body;
    return { probableCause, origins: nodes.filter(({ state }) => state === 'origin').map(({ service }) => service) };
  };
  expect(await told()).toEqual({ probableCause: { text: 'web', service: 'web', confidence: after.items[0]?.confidence, confirmed: false }, origins: ['web'] });
  const changes = (await muster.call(VERA_VIEWER, 'getChangesBefore', { params: { number } })).body.changes;
  expect(JSON.stringify(changes)).not.toContain('grouping holds it');

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
  expect((await told()).probableCause).toEqual({ text: 'The disk of web-db is full', service: 'web-disk', confidence: 1, confirmed: true });

  const timeline = (await muster.call(VERA_VIEWER, 'listTimeline', { params: { number } })).body.items.map(({ text }) => text);
  expect(timeline).toEqual(expect.arrayContaining(['Hypothesis: The disk of web-db is full (web-disk)', 'Cause confirmed: The disk of web-db is full: No space left', 'Cause refuted: web-db failed first: It answers in 2 ms']));
  // What the engine said then is kept, for the review and for its accuracy.
  const kept = await muster.database.db.query('select service, engine_suspects, loudest_service, engine_confidence from incident_hypotheses where incident_number = $1 order by id', [number]);
  expect(kept).toEqual([{ service: 'web-db', engine_suspects: ['web-db', 'web'], loudest_service: expect.any(String), engine_confidence: expect.closeTo(before.items[0]?.confidence ?? 0, 3) }, { service: 'web-disk', engine_suspects: ['web-db', 'web'], loudest_service: expect.any(String), engine_confidence: expect.closeTo(before.items[0]?.confidence ?? 0, 3) }]);
});

test('cap 121: what was confirmed and judged is known to the accuracy of the helpers, but not where only members see it', async () => {
  await muster.call(ED_EDITOR, 'putJudgement', { params: { number }, body: { verdict: 'correct' } }, seen(0));
  clock.advance(1_000);
  const accuracy = async () => (await muster.call(VERA_VIEWER, 'getAccuracy', { query: { weeks: 2 } })).body.helpers;
  const [correlation, detection, prediction, , diagnosis, recommendation] = await accuracy();
  expect(correlation).toMatchObject({ helper: 'correlation', total: { judged: 3, score: 1, precision: 1, recall: 1, baseline: 0.5 }, verdict: 'unknown', calibration: { count: 1, came: 1, bins: [{ count: 1 }] } });
  expect(correlation?.weeks).toHaveLength(2);
  expect([detection?.helper, recommendation?.helper]).toEqual(['detection', 'recommendation']);
  expect(prediction).toMatchObject({ helper: 'prediction', lowerIsBetter: true, total: { judged: 0, score: null } });
  // The confirmed cause was no suspect.
  expect(diagnosis).toMatchObject({ helper: 'diagnosis', total: { judged: 1, score: 0, baseline: 0, recall: 0 }, calibration: { count: 1, came: 0, bins: [{ count: 1 }] } });
  expect(diagnosis?.weeks.at(-1)).toMatchObject({ judged: 1, score: 0 });
  await muster.call(ED_EDITOR, 'makeIncidentPrivate', { params: { number }, body: { reason: 'for the test' } });
  expect((await accuracy()).map(({ total }) => total.judged)).toEqual([0, 0, 0, 0, 0, 0]);
  await muster.call(ED_EDITOR, 'makeIncidentOpen', { params: { number }, body: { reason: 'for the test' } });
});

test('cap 121: in shadow, diagnosis is shown nowhere and goes on being measured; an admin puts it there and back, as it was seen, with a reason', async () => {
  const put = (mode: 'live' | 'shadow', version: number, user = ADA_ADMIN) => muster.call(user, 'putHelperMode', { body: { helper: 'diagnosis', mode, reason: 'The map is wrong' } }, seen(version));
  expect((await put('shadow', 0, ED_EDITOR)).status).toBe(403);
  expect((await put('live', 0)).status).toBe(409);
  const before = await board();
  expect(before).toMatchObject({ shadow: false, confidence: expect.any(Number) });
  const origins = async () => (await muster.call(VERA_VIEWER, 'getBlastRadius', { params: { number } })).body.nodes.filter(({ state }) => state === 'origin').map(({ service }) => service);
  expect(await origins()).toEqual(['web-disk']);
  expect((await put('shadow', 0)).body).toEqual({ mode: 'shadow', since: clock.now().toISOString(), by: expect.objectContaining({ name: 'Ada Admin' }), reason: 'The map is wrong', version: 1 });
  expect((await put('shadow', 0)).status).toBe(412);
  const shaded = await board();
  expect(shaded).toMatchObject({ shadow: true, confidence: null });
  const incident = async () => (await muster.call(VERA_VIEWER, 'getIncident', { params: { number } })).body;
  expect(await incident()).toMatchObject({ probableCause: { text: 'The disk of web-db is full', confirmed: true }, assessment: { shadow: true, roots: [], causeChangeId: null, confidence: expect.any(Number), onsetAt: expect.any(String) } });
  // A cause that people confirmed is no suspicion of diagnosis.
  expect(await origins()).toEqual(['web-disk']);
  // What was told before stays on record, marked; what comes in shadow names no cause, to nobody.
  const assessed = async (of = number) => (await muster.call(VERA_VIEWER, 'listTimeline', { params: { number: of }, query: { limit: 200 } })).body.items.filter(({ type }) => type === 'incident.assessed').map(({ text }) => text);
  const early = await assessed();
  expect(early.length).toBeGreaterThan(0);
  for (const text of early) expect(text).toMatch(/^Probable cause: .+; diagnosis went to shadow since$/);
  const fire = (name: string, service: string) => muster.postWebhook('grafana', token, { groupKey: `${service}${name}`, alerts: [grafanaAlert({ name, fingerprint: `${service}${name}`, service, severity: 'critical', startsAt: clock.nowMs() })] });
  const tillIncidents = async () => (await muster.call(VERA_VIEWER, 'listIncidents', { query: { service: 'till-db' } })).body;
  await fire('Down', 'till-db');
  const { items: [till] } = await eventually(tillIncidents, ({ items }) => items.length > 0);
  clock.advance(MINUTE);
  for (const name of ['Slow', 'Failing', 'Empty', 'Late']) await fire(name, 'till');
  const [newest] = await eventually(() => assessed(till?.number), (texts) => texts.length > 0);
  expect(newest).toMatch(/^Assessed: .+; diagnosis is in shadow and names none$/);
  expect(till).toMatchObject({ probableCause: null, confidence: expect.any(Number) });
  expect(await muster.database.db.query("select distinct e.data->'root' as root, e.data->'shadow' as shadow from event_log as e where e.type = 'incident.assessed' and e.incident_number = $1", [till?.number]))
    .toEqual([{ root: null, shadow: true }]);
  expect((await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'incident.assessed' } })).body.items.map(({ text }) => text)).toEqual(expect.arrayContaining(early));
  const { parts } = (await muster.call(VERA_VIEWER, 'getSummary', { params: { number } })).body;
  expect(JSON.stringify(parts)).not.toContain('web failed first: ');
  // What people added or judged stays.
  expect(shaded.items.map(({ id }) => id)).toEqual(before.items.filter(({ verdict, id }) => verdict !== 'open' || id.startsWith('hypothesis:')).map(({ id }) => id));
  expect(shaded.items.length).toBeLessThan(before.items.length);
  const { changes } = (await muster.call(VERA_VIEWER, 'getChangesBefore', { params: { number } })).body;
  expect(JSON.stringify(changes)).not.toContain('grouping holds it');
  // A verdict in shadow is still held against what was suspected.
  const [cause] = shaded.items;
  await muster.call(ED_EDITOR, 'judgeCause', { params: { number }, body: { cause: cause?.id ?? '', verdict: 'confirmed', note: 'No space left' } }, seen(cause?.version ?? 0));
  expect(await muster.database.db.query("select engine_suspects from incident_hypotheses where incident_number = $1 and verdict = 'confirmed'", [number])).toEqual([{ engine_suspects: ['web-db', 'web'] }]);
  expect((await put('live', 1)).body).toMatchObject({ mode: 'live', version: 2 });
  expect((await board()).shadow).toBe(false);
  expect(await incident()).toMatchObject({ probableCause: { text: 'The disk of web-db is full', confirmed: true }, assessment: { shadow: false, roots: expect.arrayContaining([expect.objectContaining({ service: 'web-db' })]) } });
  expect(await origins()).toEqual(['web-disk']);
  expect((await assessed()).some((text) => text.includes('went to shadow since'))).toBe(false);
  // A first suspect that was refuted was wrong, also where nobody knows the cause yet; of which others stood there nothing is known.
  const known = async () => (await muster.call(VERA_VIEWER, 'getAccuracy', { query: { weeks: 2 } })).body.helpers.find(({ helper }) => helper === 'diagnosis')?.total;
  const judgedBefore = (await known())?.judged ?? 0;
  const [suspect] = (await muster.call(VERA_VIEWER, 'getCauses', { params: { number: till?.number ?? number } })).body.items;
  expect((await muster.call(ED_EDITOR, 'judgeCause', { params: { number: till?.number ?? number }, body: { cause: suspect?.id ?? '', verdict: 'refuted', note: 'It answers' } }, seen(0))).status).toBe(200);
  expect(await known()).toMatchObject({ judged: judgedBefore + 1, score: 0 });
  const told = (await muster.call(ADA_ADMIN, 'listAudit', { query: { type: 'helper.mode_changed' } })).body.items.map(({ text }) => text);
  expect(told).toEqual(['Diagnosis is live again: The map is wrong', 'Diagnosis went to shadow: The map is wrong']);
});

test('cap 121: what does worse than its baseline for two whole weeks puts itself to shadow, once, and says why; whoever puts it back gives it two weeks', async () => {
  const { db } = muster.database;
  const [before = clock.now(), last = clock.now()] = weeksUntil(clock.now(), 3);
  const org = orgId.parse(1);
  const logger = createLogger({ level: 'silent' });
  const callOut = (): Promise<never> => Promise.reject(new Error('not asked here'));
  const detectors = createDetectors({
    db, clock, logger, orgs: [org], intake: { accept: () => Promise.reject(new Error('not told here')) }, ports: { callOut, grafana: { isConnected: () => Promise.resolve(false), call: callOut } },
    pageUrl: (id) => id, exploreUrl: () => '',
  });
  const accuracy = createAccuracy({ db, clock });
  const helpers = createHelperService({ db, clock, logger, detectors: detectors.shading, helperWeeks: accuracy.helperWeeks, detectorWeeks: accuracy.detectorWeeks });
  const { id } = (await muster.call(ADA_ADMIN, 'createDetector', { body: { name: 'Alerts of web', query: { kind: 'alerts', by: 'rule' }, service: 'web' } })).body;
  // It alerts since long ago and is not due; of eight findings in a week one was right. Eight were sure of an incident, and one came.
  await db.query("update detectors set state = 'active', state_since = $2, watched_since = $2, due_at = $3, version = version + 1 where id = $1", [id, new Date(before.getTime() - 10 * MINUTE), new Date(clock.nowMs() + 1_000 * 86_400_000)]);
  for (const [week, begin] of [before, last].entries()) {
    for (let place = 0; place < 8; place += 1) {
      const at = new Date(begin.getTime() + (place + 1) * 60 * MINUTE);
      await db.query(
        `insert into detector_findings (org_id, detector_id, name, series_key, labels, mode, starts_at, ends_at, value, score, views, alert, told, verdict, judged_by, judged_at, found_at)
         values (1, $1, 'Alerts of web', 'all', '{}', 'active', $2, $2, 5, 0.9, '{"point":4,"sustained":3,"level":0,"shape":0,"drift":0}', '{"labels":{},"annotations":{},"generatorURL":null}', 'resolved', $3, 'Ed', $2, $2)`,
        [id, at, place === week ? 'right' : 'wrong'],
      );
      await db.query(
        `insert into predictions (org_id, service, made_at, warned_at, updated_at, until_at, probability, said_probability, reasons, outcome, outcome_at)
         values (1, 'mail', $1, $1, $1, $1, 0.9, 0.9, '[]', $2, $1)`, [at, place === 0 ? 'came_true' : 'passed'],
      );
    }
  }
  await db.query(
    `insert into predictions (org_id, service, made_at, warned_at, updated_at, until_at, probability, said_probability, reasons) values (1, 'search', $1, $1, $1, $2, 0.8, 0.8, '[]')`, [clock.now(), new Date(clock.nowMs() + 45 * MINUTE)],
  );
  const open = async () => (await muster.call(VERA_VIEWER, 'listPredictions', { query: { state: 'open', service: 'search' } })).body;
  expect(await open()).toMatchObject({ items: [{ service: 'search' }], shadow: false });

  await Promise.all([helpers.judge(org), helpers.judge(org)]);
  await helpers.judge(org);
  const told = async () => (await muster.call(ADA_ADMIN, 'listAudit', { query: { subject: 'detection' } })).body.items.map(({ text }) => text).filter((text) => text.includes('worse than'));
  const worse = 'worse than its baseline for two weeks';
  expect((await told()).sort()).toEqual([
    `Detector “Alerts of web” watches in shadow: ${worse}: 0.125 against 0.500 (8 answers), 0.125 against 0.500 (8 answers); luck alone does that at most once in 158 times`,
    // Nothing was known before the first week: one in thirty. Before the second: one in eight besides.
    `Prediction went to shadow: ${worse}: 0.710 against 0.118 (8 answers), 0.710 against 0.115 (8 answers); luck alone does that at most once in 82 times`,
  ]);
  expect(await open()).toMatchObject({ items: [], shadow: true });
  const { helpers: standings, detectors: each } = (await muster.call(VERA_VIEWER, 'getAccuracy', { query: { weeks: 4 } })).body;
  expect(standings.map(({ helper, standing }) => [helper, standing?.mode ?? null])).toEqual([['correlation', null], ['detection', null], ['prediction', 'shadow'], ['forecast', 'live'], ['diagnosis', 'live'], ['recommendation', 'live']]);
  expect(standings.find(({ helper }) => helper === 'prediction')).toMatchObject({ verdict: 'worse', standing: { by: { kind: 'system' }, version: 1 }, total: { judged: 16, precision: 0.125, interval: { low: expect.any(Number), high: expect.any(Number) } } });
  expect(each).toMatchObject([{ id, state: 'shadow', precision: { right: 2, wrong: 14, unjudged: 0 }, allowedAWeek: 7, selfShadow: { at: clock.now().toISOString(), reason: expect.stringContaining(worse) }, weeks: [{ right: 1, wrong: 7 }, { right: 1, wrong: 7 }] }]);

  const card = async () => (await muster.call(VERA_VIEWER, 'getDetector', { params: { id } })).body;
  const shaded = await card();
  expect(shaded.selfShadow?.reason).toContain(worse);
  const back = await muster.call(ADA_ADMIN, 'setDetectorState', { params: { id }, body: { state: 'active' } }, seen(shaded.version));
  expect([back.status, (await card()).selfShadow]).toEqual([200, null]);
  expect((await muster.call(ADA_ADMIN, 'putHelperMode', { body: { helper: 'prediction', mode: 'live', reason: 'The rules were mended' } }, seen(1))).body).toMatchObject({ mode: 'live', version: 2 });
  await helpers.judge(org);
  expect(await told()).toHaveLength(2);
  expect((await open()).shadow).toBe(false);
  await muster.call(ADA_ADMIN, 'deleteDetector', { params: { id } }, seen((await card()).version));
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

describe('cap 120: a model may reword drafts', () => {
  let server: ChatCompletions;
  beforeAll(async () => {
    server = await startChatCompletions();
  });
  afterAll(() => server.close());

  async function set(body: Partial<CallOf<'putModelSettings'>['body']> = {}) {
    const { version } = (await muster.call(ADA_ADMIN, 'getModelSettings')).body;
    return muster.call(ADA_ADMIN, 'putModelSettings', { body: { enabled: true, url: `${server.url}/v1`, model: MODEL, apiKey: MODEL_KEY, timeoutSeconds: 1, ...body } }, seen(version));
  }
  const internal = audienceId.parse('internal');
  const reword = async (more: { seen?: string; audience?: string } = {}) => (await muster.call(ED_EDITOR, 'writeDraft', { params: { number }, body: { by: 'model', ...more, audience: audienceId.parse(more.audience ?? 'internal') } })).body;
  const preview = async () => (await muster.call(ED_EDITOR, 'previewDraft', { params: { number }, body: { audience: internal } })).body;

  test('off until it is set; its key is never shown; a new address needs it again; a test really asks', async () => {
    expect((await muster.call(ADA_ADMIN, 'getModelSettings')).body).toMatchObject({ enabled: false, hasApiKey: false, privateIncidents: false, version: 0 });
    expect(await reword()).toMatchObject({ by: 'template', whyNotModel: 'no model is set up', modelOffered: false, fields: { summary: expect.any(String) } });
    expect(await preview()).toMatchObject({ whyNot: 'no model is set up', messages: [] });
    const faulty = await muster.call(ADA_ADMIN, 'putModelSettings', { body: { enabled: true } }, seen(0));
    expect([faulty.status, faulty.problem.errors]).toEqual([400, [expect.objectContaining({ field: 'body.url' }), expect.objectContaining({ field: 'body.model' })]]);
    const kept = await set();
    expect([kept.status, kept.body]).toEqual([200, expect.objectContaining({ enabled: true, hasApiKey: true, url: `${server.url}/v1`, version: 1 })]);
    expect(JSON.stringify([kept.body, await muster.database.db.query('select * from draft_models'), await muster.database.db.query('select data from event_log order by position desc limit 3')])).not.toContain(MODEL_KEY);
    const moved = await muster.call(ADA_ADMIN, 'putModelSettings', { body: { enabled: true, url: 'https://elsewhere.example.com/v1', model: MODEL } }, seen(1));
    expect([moved.status, moved.problem.errors]).toEqual([400, [expect.objectContaining({ field: 'body.apiKey' })]]);
    expect((await muster.call(ADA_ADMIN, 'putModelSettings', { body: {} }, seen(9))).status).toBe(412);
    expect((await muster.call(ADA_ADMIN, 'testModel', { body: {} })).body).toMatchObject({ ok: true, detail: 'It wrote: THIS IS A TEST. NOTHING IS BROKEN.' });
    expect(server.seen).toHaveLength(1);
    expect((await muster.call(ADA_ADMIN, 'listAudit', { query: { subject: 'communication', limit: 1 } })).body.items[0]?.text).toBe(`A model may reword drafts: ${MODEL}; key replaced`);
  });

  test('what is sent is what was shown, without notes, names and hosts; names are back in the answer; another request than the one looked at is not sent', async () => {
    const shown = await preview();
    expect(shown).toMatchObject({ whyNot: null, url: `${server.url}/v1/chat/completions`, model: MODEL });
    expect(JSON.stringify(shown.messages)).not.toMatch(/Ed Editor|Ada|No space left|web-disk-3/);
    expect(shown.removed).toContainEqual({ kind: 'person', count: expect.any(Number) });
    const draft = await reword({ seen: shown.hash });
    expect(draft).toMatchObject({ by: 'model', whyNotModel: null, modelOffered: true, fields: { summary: expect.stringContaining('THE DISK OF WEB-DB IS FULL: CONFIRMED BY Ed Editor') } });
    expect(JSON.parse(server.seen.at(-1)?.body ?? '')).toMatchObject({ model: MODEL, messages: shown.messages });
    const asked = server.seen.length;
    expect(await reword({ seen: '0'.repeat(64) })).toMatchObject({ by: 'template', whyNotModel: 'what would be sent has changed since it was looked at; look again' });
    expect(server.seen).toHaveLength(asked);
    await reword({ audience: 'customer' });
    expect(server.seen.at(-1)?.body).not.toMatch(/web|disk|Release/);
    expect(server.faults).toEqual([]);
  });

  test('whatever goes wrong with the model, the draft of the template comes and says why; nothing is thrown', async () => {
    const whys: (string | null)[] = [];
    for (const wrong of [{ kind: 'fail', status: 500 }, { kind: 'throttle', seconds: 30 }, { kind: 'drop' }, { kind: 'stall' }] as const) {
      server.next.push(wrong);
      const draft = await reword();
      expect(draft).toMatchObject({ by: 'template', fields: { summary: expect.stringContaining('**Since:**') } });
      whys.push(draft.whyNotModel);
    }
    server.says.push('As a model I would rather tell a story.');
    whys.push((await reword()).whyNotModel);
    await set({ apiKey: 'another-key' });
    whys.push((await reword()).whyNotModel);
    await set({ url: 'http://10.255.255.1/v1' });
    whys.push((await reword()).whyNotModel);
    expect(whys).toEqual([
      'it answered 500', 'it is asked too often (429)', expect.stringContaining('127.0.0.1'), 'it did not answer within 1 s', 'it did not answer with the texts that it was asked for', 'it refuses the key (401)', expect.stringMatching(/not allowed|private/),
    ].map((why) => (typeof why === 'string' ? `the model could not be used: ${why}` : why)));
  });

  test('a day has a budget; private incidents are not sent unless that is permitted; what became of drafts is counted', async () => {
    await set();
    const { usedToday } = (await muster.call(ADA_ADMIN, 'getModelSettings')).body;
    expect(usedToday.tokens).toBeGreaterThan(1_200);
    await set({ dailyRequests: usedToday.requests + 1 });
    const asked = server.seen.length;
    expect((await Promise.all([reword(), reword(), reword()])).map(({ by }) => by).sort()).toEqual(['model', 'template', 'template']);
    expect(server.seen).toHaveLength(asked + 1);
    expect((await reword()).whyNotModel).toBe('the model could not be used: the budget of today is used up');
    await set({ dailyTokens: 1_000 });
    expect((await reword()).whyNotModel).toBe('the model could not be used: the budget of today is used up');

    await set();
    await muster.call(ED_EDITOR, 'makeIncidentPrivate', { params: { number }, body: { reason: 'for the test' } });
    expect(await reword()).toMatchObject({ by: 'template', modelOffered: false, whyNotModel: 'what is in a private incident is not sent to a model' });
    expect((await preview()).messages).toEqual([]);
    await set({ privateIncidents: true });
    expect((await reword()).by).toBe('model');
    await muster.call(ED_EDITOR, 'makeIncidentOpen', { params: { number }, body: { reason: 'for the test' } });

    for (const outcome of ['edited', 'edited', 'accepted'] as const) await muster.call(ED_EDITOR, 'noteDraftOutcome', { body: { by: 'model', outcome } });
    expect((await muster.call(ADA_ADMIN, 'getModelSettings')).body.outcomes).toEqual([{ by: 'model', outcome: 'accepted', count: 1 }, { by: 'model', outcome: 'edited', count: 2 }]);
    expect(await Promise.all([ED_EDITOR, VERA_VIEWER].map(async (user) => (await muster.call(user, 'getModelSettings')).status))).toEqual([403, 403]);
  });

  test('a file that names a model is followed, its key from the environment and never shown; the page changes it no more until the file is gone', async () => {
    const ring = createKeyRing([{ id: 'file', key: new Secret(randomBytes(32).toString('base64')) }]);
    const file = (lines: string): { path: string; text: string } => ({ path: 'model.yaml', text: `apiVersion: 1\n${lines}` });
    const apply = (given: { path: string; text: string } | null, env = { MODEL_KEY: 'key-of-the-file' }): Promise<boolean> => provisionModel({ db: muster.database.db, clock, ring }, ORG, given, env);
    const model = file('model: { enabled: true, url: "https://models.example.com/v1/", model: small, apiKey: $MODEL_KEY }\n');
    const settings = async () => (await muster.call(ADA_ADMIN, 'getModelSettings')).body;

    expect([await apply(model), await apply(model), await apply(model, { MODEL_KEY: 'another' }), await apply(model, { MODEL_KEY: 'another' })]).toEqual([true, false, true, false]);
    const followed = await settings();
    expect(followed).toMatchObject({ provisioned: true, enabled: true, url: 'https://models.example.com/v1', model: 'small', hasApiKey: true, dailyRequests: 100 });
    expect(JSON.stringify(await muster.database.db.query('select * from draft_models'))).not.toContain('another');
    expect((await set()).status).toBe(409);

    await expect(apply(file('model: { enabled: true, model: small }\n'))).rejects.toThrow('model.yaml:2: model.url: is needed');
    await expect(apply(model, { MODEL_KEY: '' })).rejects.toThrow('environment variable MODEL_KEY is not set');
    expect([await apply(file('')), await apply(null)]).toEqual([true, false]);
    expect(await settings()).toMatchObject({ provisioned: false, model: 'small', hasApiKey: true, version: followed.version + 1 });
    expect((await set({ enabled: false })).status).toBe(200);
  });
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
  await eventually(detectors, (items) => items.some(({ name, state }) => name === 'Latency' && state === 'shadow'));

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
});
