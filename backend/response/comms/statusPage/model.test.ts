import fc from 'fast-check';
import { COMPONENT_STATES, publicStatus, UPDATE_PHASES } from '#contract';
import { DAY_MS, pageModelOf, toPublicStatus, uptimeByMonth, type PageFacts, type PageUpdate } from './model.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-27T12:00:00Z');
const SHOP = { name: 'online-shop', label: 'Shop', description: '', group: '' };
const MAIL = { name: 'mail', label: '', description: '', group: '' };

function updateOf(id: string, hoursAgo: number, over: Partial<PageUpdate> = {}): PageUpdate {
  return { id, incident: 7, phase: 'investigating', title: 'Payments fail', text: 'We look', components: [{ name: 'online-shop', state: 'major_outage' }], atMs: NOW - hoursAgo * HOUR, corrects: null, ...over };
}
function factsOf(updates: readonly PageUpdate[], over: Partial<PageFacts> = {}): PageFacts {
  return { title: 'Status', components: [SHOP, MAIL], updates, works: [], began: new Map(), sinceMs: NOW - 400 * DAY_MS, nowMs: NOW, ...over };
}

test('cap 98: what was published decides how components are; until it is said to be over', () => {
  const first = updateOf('11', 3);
  const better = updateOf('12', 2, { phase: 'identified', components: [{ name: 'online-shop', state: 'partial_outage' }, { name: 'mail', state: 'degraded_performance' }] });
  const model = pageModelOf(factsOf([first, better]));
  expect(model).toMatchObject({ state: 'partial_outage', components: [{ label: 'Shop', state: 'partial_outage' }, { label: 'mail', state: 'degraded_performance' }], past: [] });
  expect(model.ongoing).toMatchObject([{ id: '11', phase: 'identified', updates: [{ id: '12' }, { id: '11' }] }]);

  const over = pageModelOf(factsOf([first, better, updateOf('13', 1, { phase: 'resolved', title: 'Payments failed', components: [] })]));
  expect(over).toMatchObject({ state: 'operational', ongoing: [], past: [{ title: 'Payments failed', resolvedMs: NOW - HOUR, components: [] }] });
  const again = pageModelOf(factsOf([first, updateOf('13', 2, { phase: 'resolved' }), updateOf('14', 1)]));
  expect(again).toMatchObject({ state: 'major_outage', ongoing: [{ resolvedMs: null }] });
});

test('cap 98: a correction is read in the place and at the time of what it corrects', () => {
  const [incident] = pageModelOf(factsOf([updateOf('11', 3, { text: 'All is lost' }), updateOf('12', 2, { text: 'Some is lost', corrects: '11', components: [{ name: 'online-shop', state: 'degraded_performance' }] }), updateOf('13', 1, { text: 'Less is lost', corrects: '12' })])).ongoing;
  expect(incident?.updates).toEqual([{ id: '11', phase: 'investigating', title: 'Payments fail', text: 'Less is lost', atMs: NOW - 3 * HOUR, correctedMs: NOW - HOUR }]);
});

test('cap 98: uptime by month counts from the beginning of the impact; a partial outage counts for a part, an overlap once, what nobody knows not at all', () => {
  const facts = factsOf([
    updateOf('11', 50, { components: [{ name: 'online-shop', state: 'major_outage' }] }), updateOf('12', 40, { phase: 'resolved', components: [] }),
    updateOf('21', 45, { incident: 8, components: [{ name: 'online-shop', state: 'partial_outage' }] }), updateOf('22', 30, { incident: 8, phase: 'resolved' }),
  ], { began: new Map([[7, NOW - 60 * HOUR]]), sinceMs: Date.parse('2026-10-15T00:00:00Z') });
  const [shop] = pageModelOf(facts).components;
  const hours = (NOW - Date.parse('2026-11-01T00:00:00Z')) / HOUR;
  expect(shop?.uptime).toEqual([{ month: '2026-11', percent: Math.floor((1 - (20 + 10 * 0.3) / hours) * 10_000) / 100 }, { month: '2026-10', percent: 100 }]);
  expect(shop?.days.slice(-4)).toEqual(['operational', 'major_outage', 'partial_outage', 'operational']);
  expect(shop?.days.filter((day) => day === null)).toHaveLength(90 - 44);
});

test('cap 98: maintenance shows while it runs, and never hides a trouble', () => {
  const work = { id: '1', title: 'Upgrade', text: '', components: ['online-shop', 'mail'], startsMs: NOW - HOUR, endsMs: NOW + HOUR };
  expect(pageModelOf(factsOf([updateOf('11', 1)], { works: [work] })).components.map(({ state }) => state)).toEqual(['major_outage', 'under_maintenance']);
  expect(pageModelOf(factsOf([], { works: [{ ...work, startsMs: NOW + 1 }] }))).toMatchObject({ state: 'operational', works: [{ state: 'planned' }] });
  expect(pageModelOf(factsOf([], { works: [{ ...work, endsMs: NOW }] }))).toMatchObject({ state: 'operational', works: [{ state: 'over' }] });
});

test('cap 98: the JSON names no business service that the page does not have, and follows its contract', () => {
  const status = toPublicStatus(pageModelOf(factsOf([updateOf('11', 1, { components: [{ name: 'secret-project', state: 'major_outage' }, { name: 'online-shop', state: 'partial_outage' }] })])));
  expect(publicStatus.parse(status)).toEqual(status);
  expect(JSON.stringify(status)).not.toContain('secret-project');
  expect(status.incidents[0]?.components).toEqual([{ name: 'Shop', state: 'partial_outage' }]);
});

test('cap 98: whatever is published, uptime lies between 0 and 100, and a component is down exactly while an incident that is not over says so', () => {
  const updates = fc.array(fc.record({ hours: fc.integer({ min: 0, max: 2000 }), phase: fc.constantFrom(...UPDATE_PHASES), state: fc.constantFrom(...COMPONENT_STATES), incident: fc.integer({ min: 1, max: 4 }) }), { maxLength: 20 });
  fc.assert(fc.property(updates, (made) => {
    const list = made.sort((a, b) => b.hours - a.hours).map(({ hours, phase, state, incident }, place) => updateOf(String(place + 1), hours, { phase, incident, components: [{ name: 'online-shop', state }] }));
    const { components: [shop], ongoing } = pageModelOf(factsOf(list));
    const open = ongoing.flatMap(({ components }) => components.map(({ state }) => COMPONENT_STATES.indexOf(state)));
    return shop !== undefined && shop.uptime.every(({ percent }) => percent >= 0 && percent <= 100) && COMPONENT_STATES.indexOf(shop.state) === Math.max(0, ...open);
  }), { numRuns: 200 });
  expect(uptimeByMonth([], NOW - 1, NOW)).toEqual([{ month: '2026-11', percent: 100 }]);
});
