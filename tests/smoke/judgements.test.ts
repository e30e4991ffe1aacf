/** cap 37: people say how alerts should have been put together, and a back-test can be scored against it. */
import { orgId } from '../../backend/contract/index.ts';
import { scoreGroups } from '../../backend/correlation/index.ts';
import { labelsOf } from '../../backend/incidents/index.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, ED_EDITOR, VERA_VIEWER, type TestUser } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const ORG = orgId.parse(1);
const [FROM, TO] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
let muster: TestApp;
beforeAll(async () => {
  muster = await startTestApp();
  const token = await muster.addSource(ADA_ADMIN, 'grafana');
  const alerts = ['checkout', 'search'].map((service) => grafanaAlert({ fingerprint: service, service, severity: 'critical', startsAt: Date.now() }));
  await muster.postWebhook('grafana', token, { groupKey: 'g', alerts });
  await eventually(() => muster.call(ADA_ADMIN, 'listAlerts'), (answer) => answer.body.items.length === 2 && answer.body.items.every((alert) => alert.incident !== null));
});
afterAll(() => muster.close());

const NOT_JUDGED = { 'If-Match': '"0"' };

async function incidentNumbers(): Promise<number[]> {
  const list = await muster.call(ADA_ADMIN, 'listIncidents', { query: { phase: 'all' } });
  return list.body.items.map((incident) => incident.number).sort((a, b) => a - b);
}

test('a judgement is kept with its author, shown, listed and taken back', async () => {
  const [number = 0] = await incidentNumbers();

  const put = await muster.call(ED_EDITOR, 'putJudgement', { params: { number }, body: { verdict: 'correct' } }, NOT_JUDGED);

  expect(put.body.judgement).toMatchObject({ incident: number, judgement: { verdict: 'correct' }, judgedBy: { name: 'Ed Editor' } });
  expect((await muster.call(VERA_VIEWER, 'getJudgement', { params: { number } })).body).toEqual(put.body);
  expect((await muster.call(VERA_VIEWER, 'listJudgements')).body.items).toEqual([put.body.judgement]);
  expect((await muster.call(ED_EDITOR, 'deleteJudgement', { params: { number } }, { 'If-Match': put.headers.get('etag') ?? '' })).body).toEqual({ judgement: null, version: 2 });
  expect((await muster.call(VERA_VIEWER, 'listJudgements')).body.items).toEqual([]);
  const timeline = await muster.call(ADA_ADMIN, 'listTimeline', { params: { number } });
  expect(timeline.body.items.map((entry) => entry.text)).toEqual(expect.arrayContaining(['Grouping judged: correct', 'Judgement of the grouping taken back']));
});

test('cap 37: whoever judges has seen what was said before: of two at once one is told to look again, also after it was taken back', async () => {
  const [, number = 0] = await incidentNumbers();
  const judge = (user: TestUser, seen: number) => muster.call(user, 'putJudgement', { params: { number }, body: { verdict: 'correct' } }, { 'If-Match': `"${seen}"` });
  const both = await Promise.all([judge(ED_EDITOR, 0), judge(ADA_ADMIN, 0)]);
  const [late] = both.filter(({ status }) => status !== 200);

  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect(late?.problem).toMatchObject({ detail: expect.stringMatching(/was judged by (Ed Editor|Ada Admin) since you looked/), extra: { currentVersion: 1 } });
  expect((await muster.call(ED_EDITOR, 'deleteJudgement', { params: { number } }, { 'If-Match': '"1"' })).status).toBe(200);
  expect((await judge(ADA_ADMIN, 2)).body).toMatchObject({ judgement: { judgedBy: { name: 'Ada Admin' } }, version: 3 });
  const stale = await muster.call(ED_EDITOR, 'deleteJudgement', { params: { number } }, { 'If-Match': '"1"' });
  expect([stale.status, stale.problem.detail]).toEqual([412, expect.stringContaining('was judged by Ada Admin')]);
  expect((await muster.call(ED_EDITOR, 'deleteJudgement', { params: { number } }, { 'If-Match': '"3"' })).status).toBe(200);
});

test('only other incidents that exist can be named', async () => {
  const [number = 0] = await incidentNumbers();

  for (const other of [number, 999]) {
    const put = await muster.call(ED_EDITOR, 'putJudgement', { params: { number }, body: { verdict: 'should_merge', with: [other] } }, NOT_JUDGED);
    expect([put.status, put.problem.errors]).toEqual([400, [{ field: 'body.with[0]', message: 'is no other incident of this organisation' }]]);
  }
  expect((await muster.call(ED_EDITOR, 'putJudgement', { params: { number: 999 }, body: { verdict: 'correct' } }, NOT_JUDGED)).status).toBe(404);
});

test('what is linked is scored against what people say', async () => {
  const numbers = await incidentNumbers();
  const alerts = (await muster.call(ADA_ADMIN, 'listAlerts')).body.items;
  const groupOf = (id: string): string | null => String(alerts.find((alert) => alert.id === id)?.incident ?? '');

  const number = numbers[0] ?? 0;
  const seen = { 'If-Match': (await muster.call(ED_EDITOR, 'getJudgement', { params: { number } })).headers.get('etag') ?? '' };
  const body = numbers.length > 1 ? { verdict: 'should_merge' as const, with: numbers.slice(1) } : { verdict: 'correct' as const };
  await muster.call(ED_EDITOR, 'putJudgement', { params: { number }, body }, seen);
  const labels = await labelsOf(muster.database.db, ORG, FROM, TO);

  expect(labels.size).toBe(2);
  expect(scoreGroups(labels, groupOf)).toMatchObject({ labelled: 2, pairRecall: numbers.length > 1 ? 0 : 1 });
});
