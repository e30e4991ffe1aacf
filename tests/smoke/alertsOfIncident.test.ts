/** cap 43: the alerts of an incident as a list and as lanes, held against a plain reckoning over all of them: order, pages, filters, counts. */
import type { AlertSummary } from '../../backend/contract/index.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { eventually, startTestApp, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

const ALERTS = 240;
/** How many of them end. */
const OVER = 103;
const SERVICES = ['search', 'orders', 'payments-db'];
const SEVERITIES = ['info', 'warning', 'error', 'critical'];
const FROM = Date.now() - 480_000;
let muster: TestApp;
let number: number;
let token: string;
/** All of them as the service tells them one by one, in no order. */
let all: AlertSummary[];

/** Spread over eight minutes, eight alerts at each instant, in an order that has nothing to do with how grave they are; every third is over. */
function alertAt(place: number, over = false): object {
  const startsAt = FROM + ((place * 7) % 30) * 15_997;
  return grafanaAlert({
    name: `Rule${place % 11}`, fingerprint: `n${place}`, service: SERVICES[place % 3] ?? '', severity: SEVERITIES[((place * 31) % 7) % 4] ?? '', startsAt,
    ...(over ? { status: 'resolved', endsAt: startsAt + 60_000 } : {}),
  });
}

beforeAll(async () => {
  muster = await startTestApp();
  token = await muster.addSource(ADA_ADMIN, 'grafana');
  const places = Array.from({ length: ALERTS }, (_none, place) => place);
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: places.map((place) => alertAt(place)) });
  await eventually(list, (found) => found.length === ALERTS && found.every(({ incident }) => incident !== null));
  await muster.postWebhook('grafana', token, { groupKey: '{}:{}', alerts: places.filter((place) => place % 3 === 1 || place % 7 === 0).map((place) => alertAt(place, true)) });
  const numbers = new Set((await list()).map(({ incident }) => incident ?? 0));
  number = Math.min(...numbers);
  for (const other of numbers) if (other !== number) await muster.call(ADA_ADMIN, 'mergeIncident', { params: { number: other }, body: { into: number } });
  await eventually(() => muster.call(VERA_VIEWER, 'getIncident', { params: { number } }), ({ body }) => body.alertsTotal === ALERTS && body.alertsFiring === ALERTS - OVER);
  all = await eventually(list, (found) => found.length === ALERTS && found.every(({ incident }) => incident === number) && found.filter(({ status }) => status === 'resolved').length === OVER);
});
afterAll(() => muster.close());

async function list(): Promise<AlertSummary[]> {
  return (await muster.call(VERA_VIEWER, 'listAlerts', { query: { limit: 1000 } })).body.items;
}

type Filter = { readonly status?: 'firing' | 'resolved'; readonly q?: string };

function page(query: Filter & { readonly limit?: number; readonly cursor?: string }) {
  return muster.call(VERA_VIEWER, 'listIncidentAlerts', { params: { number }, query });
}

const keyOf = ({ id }: AlertSummary): bigint => BigInt.asIntN(64, BigInt(`0x${id.slice(0, 16)}`));
const byNewest = (a: AlertSummary, b: AlertSummary): number => b.startsAt.localeCompare(a.startsAt) || (keyOf(a) < keyOf(b) ? 1 : -1);

function fits({ status, q }: Filter): (alert: AlertSummary) => boolean {
  return (alert) => (status === undefined || alert.status === status) && (q === undefined || `${alert.name} ${alert.summary} ${alert.service ?? ''}`.toLowerCase().includes(q));
}

test.each<Filter>([{}, { status: 'firing' }, { status: 'resolved' }, { q: 'rule7' }, { status: 'resolved', q: 'rule7' }, { q: 'payments-db' }, { q: 'nothing like it' }])(
  'cap 43: the alerts that fit %j come newest first, each once, whatever the size of a page, and every page has the count of all',
  async (filter) => {
    const wanted = all.filter(fits(filter)).sort(byNewest);
    for (const limit of [7, 16, 100, 1000]) {
      const seen: AlertSummary[] = [];
      for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
        const { body } = await page({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) });
        expect(body.total).toBe(wanted.length);
        seen.push(...body.items);
        cursor = body.nextCursor ?? undefined;
      }
      expect(seen).toEqual(wanted);
    }
  },
);

test.each<Filter>([{}, { status: 'firing' }, { q: 'rule7' }])('a page beyond the last of those that fit %j is empty and still says how many there are', async (filter) => {
  const wanted = all.filter(fits(filter)).sort(byNewest);
  const last = wanted.at(-1);
  if (last === undefined) throw new Error('some fit');
  const { body } = await page({ ...filter, cursor: `${Date.parse(last.startsAt)}_${keyOf(last)}` });
  expect(body).toEqual({ items: [], nextCursor: null, total: wanted.length });
});

test('cap 43: exactly the first two alerts of each service and its ten worst are bars, and the lanes stand by who broke first', async () => {
  const { body } = await muster.call(VERA_VIEWER, 'getIncidentLanes', { params: { number } });
  const byFirst = (a: AlertSummary, b: AlertSummary): number => a.startsAt.localeCompare(b.startsAt) || (keyOf(a) < keyOf(b) ? -1 : 1);
  const byGrade = (a: AlertSummary, b: AlertSummary): number => a.status.localeCompare(b.status) || a.severity.localeCompare(b.severity) || byFirst(a, b);
  const wanted = SERVICES.map((service) => {
    const own = all.filter((alert) => alert.service === service).sort(byFirst);
    const bars = new Set([...own.slice(0, 2), ...[...own].sort(byGrade).slice(0, 10)].map(({ id }) => id));
    return {
      service, firstAt: own[0]?.startsAt, alertsFiring: own.filter(({ status }) => status === 'firing').length, alertsTotal: own.length, worst: [...own].sort((a, b) => a.severity.localeCompare(b.severity))[0]?.severity,
      bars: own.filter(({ id }) => bars.has(id)).map(({ id, startsAt }) => `${startsAt} ${id}`).sort(),
    };
  });

  expect(body.leftOut).toBe(0);
  expect(body.lanes.map(({ bars, ...lane }) => ({ ...lane, bars: bars.map(({ id, startsAt }) => `${startsAt} ${id}`).sort() }))).toEqual(
    wanted.sort((a, b) => (a.firstAt ?? '').localeCompare(b.firstAt ?? '') || b.alertsTotal - a.alertsTotal || a.service.localeCompare(b.service)),
  );
  for (const { bars } of body.lanes) expect(bars.map(({ startsAt }) => startsAt)).toEqual(bars.map(({ startsAt }) => startsAt).sort());
});
