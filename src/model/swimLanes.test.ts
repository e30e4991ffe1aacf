import type { IncidentLane, LaneBar } from '#contract';
import { alertId } from '#contract';
import { swimLanes } from './swimLanes.ts';

const NOW = Date.parse('2026-03-01T10:10:00.000Z');

function bar(minute: number, over: Partial<LaneBar> = {}): LaneBar {
  return {
    id: alertId.parse(`0123456789abcdef-${minute}`), name: `Alert${minute}`, summary: '', severity: 'sev3', status: 'firing',
    startsAt: new Date(Date.parse('2026-03-01T10:00:00.000Z') + minute * 60_000).toISOString(), endsAt: null, ...over,
  };
}
function lane(bars: LaneBar[], over: Partial<IncidentLane> = {}): IncidentLane {
  return { service: 'checkout', firstAt: bars[0]?.startsAt ?? '', alertsFiring: bars.length, alertsTotal: bars.length, worst: 'sev3', bars, ...over };
}

test('bars lie where they began, end now while they fire, and no two of a row overlap', () => {
  const ended = bar(0, { status: 'resolved', endsAt: '2026-03-01T10:02:00.000Z' });
  const { lanes, from, to } = swimLanes({ lanes: [lane([ended, bar(4), bar(5)])], leftOut: 0 }, NOW);
  expect([from, to]).toEqual([Date.parse(ended.startsAt), NOW]);
  expect(lanes[0]?.rows.map((row) => row.map(({ name }) => name))).toEqual([['Alert0', 'Alert4'], ['Alert5']]);
  expect(lanes[0]?.rows[0]?.[0]).toMatchObject({ left: 0, width: 0.2, firing: false });
  expect(lanes[0]?.rows[0]?.[1]).toMatchObject({ left: 0.4, width: 0.6, firing: true });
});

test('where there is no room for all, the first alert and the worst ones are drawn, and the rest is counted', () => {
  const crowd = Array.from({ length: 8 }, (_none, minute) => bar(minute));
  const { lanes } = swimLanes({ lanes: [lane([...crowd, bar(8, { severity: 'sev1' })], { alertsTotal: 5_000 })], leftOut: 0 }, NOW);
  const drawn = lanes[0]?.rows.flat().map(({ name }) => name);
  expect(drawn).toEqual(['Alert0', 'Alert8', 'Alert1', 'Alert2']);
  expect(lanes[0]?.hidden).toBe(4_996);
});

test('a moment before the first alert, such as a deploy, widens the picture; one long before does not press the alerts into a corner', () => {
  const deployed = Date.parse('2026-03-01T09:56:00.000Z');
  const { from, lanes } = swimLanes({ lanes: [lane([bar(0)])], leftOut: 0 }, NOW, [deployed]);
  expect(from).toBe(deployed);
  expect(lanes[0]?.rows[0]?.[0]?.left).toBeCloseTo(4 / 14);
  const old = swimLanes({ lanes: [lane([bar(0)])], leftOut: 0 }, NOW, [Date.parse('2026-03-01T04:00:00.000Z')]);
  expect(old.lanes[0]?.rows[0]?.[0]?.left).toBeCloseTo(1 / 3);
});

test('of many services each has two rows, so that the whole stays in sight', () => {
  const many = Array.from({ length: 9 }, () => lane(Array.from({ length: 5 }, (_none, minute) => bar(minute))));
  expect(swimLanes({ lanes: many, leftOut: 0 }, NOW).lanes.map(({ rows }) => rows.length)).toEqual(Array(9).fill(2));
});
