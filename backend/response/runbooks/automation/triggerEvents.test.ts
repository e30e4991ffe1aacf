import { TRIGGER_EVENTS, type Actor } from '#contract';
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
  expect([on('detector.found', { mode: 'active' }, null), on('detector.found', { mode: 'shadow' }, null), on('prediction.warned', {}, null)]).toEqual([['anomaly'], [], ['prediction']]);
  expect(occasionsOf({ type: 'prediction.warned', incident: null, at: AT, actor, data: { service: 'db', probability: 0.4 } })).toEqual([
    { on: 'prediction', event: { type: 'prediction.warned', at: AT, by: 'Ada', data: { service: 'db', probability: 0.4 } } },
  ]);
});

test('cap 69: what concerns no incident is no occasion for triggers of incidents; conditions know from where, to where, by whom', () => {
  expect(on('incident.declared', { to: 'declared' }, null)).toEqual([]);
  expect(occasionsOf({ type: 'incident.severity_changed', incident: 7, at: AT, actor, data: { from: 'sev3', to: 'sev1', reason: 'x' } })[0]?.event).toMatchObject({ from: 'sev3', to: 'sev1', by: 'Ada', at: AT });
  expect(occasionsOf({ type: 'incident.commander_assigned', incident: 7, at: AT, actor, data: { from: null, to: 'user:ada' } })[0]?.event).toMatchObject({ role: 'commander', from: null, to: 'user:ada' });
});

test('cap 69: timers count from a declaration, and stop when the incident ends', () => {
  expect(['incident.declared', 'incident.promoted', 'incident.opened'].map(isDeclaration)).toEqual([true, true, false]);
  expect(['incident.resolved', 'incident.cancelled', 'incident.rejected', 'incident.closed', 'incident.mitigated'].map(endsTimers)).toEqual([true, true, true, true, false]);
  expect(TRIGGER_EVENTS).toHaveLength(9);
});
