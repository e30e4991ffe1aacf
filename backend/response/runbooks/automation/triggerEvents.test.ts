import { TRIGGER_EVENTS, type Actor } from '#contract';
import { occasionWords } from './occasion.ts';
import { endsTimers, isDeclaration, occasionsOf } from './triggerEvents.ts';

const actor: Actor = { kind: 'user', key: 'user:ada', name: 'Ada' };
const AT = '2026-03-02T10:00:00.000Z';
const on = (type: string, data: Record<string, unknown> = {}, incident: number | null = 7): string[] => occasionsOf({ type, incident, at: AT, actor, data }).map((occasion) => occasion.on);

test.each([
  ['incident.opened', {}, ['candidate']],
  ['incident.opened', { state: 'candidate' }, ['candidate']],
  ['incident.opened', { state: 'declared' }, []],
  ['incident.opened', { state: 'rejected' }, []],
  ['incident.reconsidered', { from: 'rejected', to: 'candidate' }, ['candidate', 'state_changed']],
  ['incident.declared', { to: 'declared' }, ['declared']],
  ['incident.declared', { from: 'candidate', to: 'declared' }, ['declared', 'state_changed']],
  ['incident.promoted', { from: 'rejected', to: 'declared' }, ['declared', 'state_changed']],
  ['incident.severity_changed', { from: 'sev3', to: 'sev1' }, ['severity_raised']],
  ['incident.severity_changed', { from: 'sev1', to: 'sev2' }, ['severity_lowered']],
  ['incident.severity_changed', { from: 'sev1', to: 'sev1' }, []],
  ['incident.severity_changed', { from: 'sev9', to: 'sev1' }, []],
  ['incident.acknowledged', { from: 'declared', to: 'investigating' }, ['state_changed']],
  ['incident.acknowledged', { from: 'investigating', to: 'investigating' }, []],
  ['incident.quiet', { from: 'mitigating', to: 'monitoring' }, ['state_changed']],
  ['incident.commander_assigned', { from: null, to: 'user:ada' }, ['role_changed']],
  ['incident.commander_assigned', { from: 'user:ada', to: 'user:ada' }, []],
  ['incident.note_added', {}, []],
  ['run.ended', { from: 'running', to: 'failed' }, []],
])('cap 69: %s with %j is an occasion for %j', (type, data, expected) => {
  expect(on(type, data)).toEqual(expected);
});

test('cap 69: an anomaly and a prediction are mapped by their names, also without an incident; conditions see what was found', () => {
  expect([on('detector.found', { mode: 'active' }, null), on('detector.found', { mode: 'shadow' }, null), on('prediction.warned', {}, null), on('forecast.warned', {}, null)]).toEqual([['anomaly'], [], ['prediction'], ['forecast']]);
  const data = { id: '9', service: 'db', probability: 0.4, until: '2026-03-02T10:45:00.000Z' };
  const [occasion] = occasionsOf({ type: 'prediction.warned', incident: null, at: AT, actor, data });
  expect(occasion).toEqual({
    on: 'prediction', event: { type: 'prediction.warned', at: AT, by: 'Ada', data }, of: { warning: { kind: 'prediction', id: '9' }, subject: 'db', untilMs: Date.parse(data.until) },
  });
  expect(occasion === undefined ? '' : occasionWords(occasion)).toBe('db may break soon: 40 % likely');
});

test('cap 113: a forecast is of one series of a detector, in words, until its latest time; missing data leaves it an occasion', () => {
  const occasionOf = (data: Record<string, unknown>) => occasionsOf({ type: 'forecast.warned', incident: null, at: AT, actor, data })[0];
  const full = { id: '7', detector: '4', name: 'Disk full', labels: { mountpoint: '/data', host: 'a' }, limit: 95, side: 'above', minutes: 190, latest: '2026-03-02T14:05:00.000Z' };
  expect(occasionOf(full)?.of).toEqual({ warning: { kind: 'forecast', id: '7' }, subject: '4 host=a,mountpoint=/data', untilMs: Date.parse(full.latest) });
  expect(occasionWords(occasionOf(full) ?? { on: 'timer', event: {} })).toBe('“Disk full” is forecast to be above 95 in about 3 h 10 min');
  expect(occasionOf({ ...full, latest: null })?.of?.untilMs).toBeNull();
  expect(occasionOf({})?.of).toEqual({ warning: null, subject: null, untilMs: null });
  expect(occasionWords(occasionOf({}) ?? { on: 'timer', event: {} })).toBe('a limit is forecast to be crossed');
});

test('cap 69: what concerns no incident is no occasion for triggers of incidents; conditions know from where, to where, by whom', () => {
  expect(on('incident.declared', { to: 'declared' }, null)).toEqual([]);
  expect(occasionsOf({ type: 'incident.severity_changed', incident: 7, at: AT, actor, data: { from: 'sev3', to: 'sev1', reason: 'x' } })[0]?.event).toMatchObject({ from: 'sev3', to: 'sev1', by: 'Ada', at: AT });
  expect(occasionsOf({ type: 'incident.commander_assigned', incident: 7, at: AT, actor, data: { from: null, to: 'user:ada' } })[0]?.event).toMatchObject({ role: 'commander', from: null, to: 'user:ada' });
});

test('cap 69: timers count from a declaration, and stop when the incident ends', () => {
  expect(['incident.declared', 'incident.promoted', 'incident.opened'].map(isDeclaration)).toEqual([true, true, false]);
  expect(['incident.resolved', 'incident.cancelled', 'incident.rejected', 'incident.closed', 'incident.mitigated'].map(endsTimers)).toEqual([true, true, true, true, false]);
  expect(TRIGGER_EVENTS).toHaveLength(10);
});
