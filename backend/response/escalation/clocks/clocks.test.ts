/** cap 61: clocks are exact, stand still when the rules say so, and each piece of news is told once. */
import fc from 'fast-check';
import { incidentNumber, type LiveEvent, type Severity } from '#contract';
import { startStage, START_MS, type Stage } from '../escalation.testkit.ts';
import { clocksAfter, dueMs, nextNews, told, USUAL_RULES, type Clocks } from './clock.ts';

const event = (type: LiveEvent['type'], atMs: number, data: Record<string, unknown> = {}) => ({ type, at: new Date(atMs).toISOString(), data });
const MINUTE = 60_000;

function after(...steps: readonly [LiveEvent['type'], number, Record<string, unknown>?][]): Clocks {
  return steps.reduce<Clocks>((clocks, [type, minute, data]) => clocksAfter(clocks, event(type, minute * MINUTE, data), 'sev1', USUAL_RULES), {});
}

test('cap 61: the clocks of a severity begin with the declaration; the first answer meets the response, an update begins its time anew, the end meets all', () => {
  const declared = after(['incident.declared', 0]);
  expect([declared.response, declared.update, declared.resolution].map((clock) => (clock === undefined ? null : (dueMs(clock) ?? 0) / MINUTE))).toEqual([5, 30, 240]);
  expect(after(['incident.declared', 0], ['incident.acknowledged', 4, { to: 'investigating' }]).response).toMatchObject({ metMs: 4 * MINUTE, runningSinceMs: null });
  const updated = after(['incident.declared', 0], ['incident.status_updated', 20]).update;
  expect(updated === undefined ? null : dueMs(updated)).toBe(50 * MINUTE);
  expect(Object.values(after(['incident.declared', 0], ['incident.resolved', 9, { to: 'resolved' }])).every(({ metMs }) => metMs === 9 * MINUTE)).toBe(true);
  expect(after(['incident.declared', 0], ['incident.severity_changed', 1, { from: 'sev1', to: 'sev4' }]).response?.metMs).toBe(MINUTE);
  const quiet: Severity = 'sev5';
  expect(clocksAfter({}, event('incident.declared', 0), quiet, USUAL_RULES)).toEqual({});
});

test('cap 61: time in which a clock stands still does not count, however often it stands', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.boolean()), { maxLength: 12 }), (steps) => {
    let minute = 0;
    let ran = 0;
    let runs = true;
    let clocks = after(['incident.declared', 0]);
    for (const [minutes, watching] of steps) {
      minute += minutes;
      if (runs) ran += minutes;
      runs = !watching;
      clocks = clocksAfter(clocks, event(watching ? 'incident.mitigated' : 'incident.mitigation_started', minute * MINUTE, { to: watching ? 'monitoring' : 'mitigating' }), 'sev1', USUAL_RULES);
    }
    const clock = clocks.resolution;
    if (clock === undefined) throw new Error('no clock');
    expect(dueMs(clock)).toBe(runs ? (minute + 240 - ran) * MINUTE : null);
  }), { numRuns: 100 });
});

test('cap 61: at risk comes first, then the end, each once; a graver severity brings both forward', () => {
  const clock = after(['incident.declared', 0]).response;
  if (clock === undefined) throw new Error('no clock');
  expect(nextNews(clock, 80)).toEqual({ what: 'at_risk', atMs: 4 * MINUTE });
  const risky = told(clock, 'at_risk', 4 * MINUTE);
  expect(nextNews(risky, 80)).toEqual({ what: 'breached', atMs: 5 * MINUTE });
  expect(nextNews(told(risky, 'breached', 5 * MINUTE), 80)).toBeNull();
  const sev2 = clocksAfter({}, event('incident.declared', 0), 'sev2', USUAL_RULES);
  const raised = clocksAfter(sev2, event('incident.severity_changed', 2 * MINUTE, { from: 'sev2', to: 'sev1' }), 'sev1', USUAL_RULES).response;
  expect(raised === undefined ? null : dueMs(raised)).toBe(5 * MINUTE);
});

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

test('cap 61: at risk and breach are told to the second, once by however many replicas, and the board of the incident shows them', async () => {
  await stage.clear();
  await stage.incident(1);
  await stage.happens('incident.declared', 1, { severity: 'sev1' });
  await stage.look();
  const other = stage.another();
  const begun = stage.clock.nowMs();
  const seen: [string, number][] = [];
  for (const second of [239, 240, 241, 299, 300, 301]) {
    stage.clock.moveTo(begun + second * 1_000);
    await (second % 2 === 0 ? stage.look() : other.watch.look(stage.as('ada').caller.orgId));
    const { length } = await stage.told('incident.clock_at_risk', 'incident.clock_breached');
    if (length > seen.length) seen.push(...(await stage.told('incident.clock_at_risk', 'incident.clock_breached')).slice(seen.length).map(({ type }): [string, number] => [type, (stage.clock.nowMs() - begun) / 1000]));
  }
  expect(seen).toEqual([['incident.clock_at_risk', 240], ['incident.clock_breached', 300]]);
  const { clocks } = await stage.escalation.handlers.getIncidentClocks({ params: { number: incidentNumber.parse(1) }, query: undefined, body: undefined }, stage.as('ada'));
  expect(clocks[0]).toMatchObject({ kind: 'response', state: 'running', limitSeconds: 300, breachedAt: new Date(begun + 300_000).toISOString() });
  expect(clocks.map(({ kind }) => kind)).toEqual(['response', 'update', 'resolution']);
  expect(begun).toBe(START_MS);
});
