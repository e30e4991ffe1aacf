/** The transitions of an incident, with the conditions of each, against the table that the product promises. */
import { INCIDENT_STATES, SEVERITIES, type IncidentState, type LifecycleCommand } from '#contract';
import { availableCommands, decideTransition, DEFAULT_LIFECYCLE_RULES, mergedState, waysOn, type LifecycleFacts } from './stateMachine.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 12);
const HOUR_MS = 3_600_000;
const REASON = 'said in so many words';
const RULES = DEFAULT_LIFECYCLE_RULES;
const COMMANDS: readonly LifecycleCommand[] = ['promote', 'reject', 'acknowledge', 'identify', 'start-mitigation', 'mitigate', 'resolve', 'review', 'close', 'reopen', 'cancel'];

/** Where people may lead it; merging, expiry and what alerts do by themselves are not commands. */
const TABLE: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  candidate: ['declared', 'rejected'],
  declared: ['investigating', 'mitigating', 'cancelled'],
  investigating: ['identified', 'mitigating', 'monitoring', 'cancelled'],
  identified: ['mitigating', 'monitoring', 'investigating'],
  mitigating: ['monitoring', 'investigating', 'identified'],
  monitoring: ['resolved', 'mitigating', 'investigating'],
  resolved: ['in_review', 'closed', 'investigating'],
  in_review: ['closed', 'investigating'],
  closed: [],
  rejected: ['declared'],
  cancelled: ['declared'],
  duplicate: [],
};

const factsOf = (state: IncidentState, over: Partial<LifecycleFacts> = {}): LifecycleFacts => ({ state, severity: 'sev3', alertsFiring: 0, lastAlertAtMs: null, endedAtMs: NOW_MS, ...over });
const decide = (command: LifecycleCommand, facts: LifecycleFacts, reason?: string) => decideTransition(command, facts, reason, NOW_MS, RULES);

test.each(INCIDENT_STATES)('from %s it may go where the table says, and nowhere else', (state) => {
  const reached = COMMANDS.flatMap((command) => {
    const result = decide(command, factsOf(state), REASON);
    return result.ok ? [result.to] : [];
  });

  expect(reached.toSorted()).toEqual([...TABLE[state]].sort());
});

test.each(INCIDENT_STATES)('what a refusal in %s names is where it may go, by command or by a merge', (state) => {
  const { permitted, targets } = waysOn(factsOf(state), NOW_MS, RULES);
  const merged = ['candidate', 'declared', 'investigating', 'identified', 'mitigating', 'monitoring'].includes(state) ? ['duplicate' as const] : [];

  expect(targets.toSorted()).toEqual([...TABLE[state], ...merged].sort());
  expect(permitted.filter((command) => !decide(command, factsOf(state), REASON).ok)).toEqual([]);
});

test.each(INCIDENT_STATES)('what is offered in %s is what is carried out, with a reason where one is asked for', (state) => {
  for (const severity of SEVERITIES) {
    for (const over of [{}, { alertsFiring: 2 }, { lastAlertAtMs: NOW_MS - 1000 }, { endedAtMs: NOW_MS - 25 * HOUR_MS }]) {
      const facts = factsOf(state, { severity, ...over });
      const offered = availableCommands(facts, NOW_MS, RULES);
      for (const command of COMMANDS) {
        const offer = offered.find((one) => one.command === command);
        expect([command, decide(command, facts, REASON).ok]).toEqual([command, offer !== undefined]);
        if (offer !== undefined) expect([command, decide(command, facts).ok]).toEqual([command, !offer.reasonRequired]);
      }
    }
  }
});

test('SEV1 and SEV2 pass a review before they are closed, the others need none', () => {
  expect(SEVERITIES.filter((severity) => decide('close', factsOf('resolved', { severity })).ok)).toEqual(['sev3', 'sev4', 'sev5']);
  expect(SEVERITIES.filter((severity) => decide('close', factsOf('in_review', { severity })).ok)).toEqual([...SEVERITIES]);
  expect(decide('close', factsOf('resolved', { severity: 'sev2' }))).toMatchObject({ fault: 'not_permitted', message: 'a SEV2 incident goes through review before it is closed' });
});

test.each([['reopen', 'resolved'], ['promote', 'rejected'], ['promote', 'cancelled']] as const)('%s from %s within 24 hours, not after', (command, state) => {
  expect(decide(command, factsOf(state, { endedAtMs: NOW_MS - 24 * HOUR_MS }), REASON).ok).toBe(true);
  expect(decide(command, factsOf(state, { endedAtMs: NOW_MS - 24 * HOUR_MS - 1 }), REASON)).toMatchObject({ fault: 'not_permitted' });
  expect(decide(command, factsOf(state))).toMatchObject({ fault: 'reason_missing' });
});

test('a merge keeps what was reached in either, and impact is gone only where it was gone in both', () => {
  const merged = (from: IncidentState, into: IncidentState) => [mergedState(from, into), mergedState(into, from)];

  expect(merged('identified', 'declared')).toEqual(['identified', 'identified']);
  expect(merged('mitigating', 'investigating')).toEqual(['mitigating', 'mitigating']);
  expect(merged('investigating', 'candidate')).toEqual(['investigating', 'investigating']);
  expect(merged('candidate', 'monitoring')).toEqual(['monitoring', 'monitoring']);
  expect(merged('candidate', 'rejected')).toEqual(['candidate', 'candidate']);
  expect(merged('monitoring', 'monitoring')).toEqual(['monitoring', 'monitoring']);
  for (const state of ['declared', 'investigating', 'identified', 'mitigating'] as const) expect(merged('monitoring', state)).toEqual(['mitigating', 'mitigating']);
});

test('reopening says what came back in ten characters', () => {
  expect(decide('reopen', factsOf('resolved'), ' too short ')).toMatchObject({ fault: 'reason_missing' });
  expect(decide('reopen', factsOf('resolved'), 'long enough').ok).toBe(true);
});

test('resolving needs a reason while an alert fires, or was there less than ten minutes ago', () => {
  const quietFor = (ms: number) => factsOf('monitoring', { lastAlertAtMs: NOW_MS - ms });

  expect(decide('resolve', factsOf('monitoring', { alertsFiring: 1, lastAlertAtMs: NOW_MS - HOUR_MS }))).toMatchObject({ fault: 'reason_missing', message: expect.stringContaining('1 of its alerts still fire') });
  expect(decide('resolve', quietFor(10 * 60_000 - 1))).toMatchObject({ fault: 'reason_missing' });
  expect(decide('resolve', quietFor(10 * 60_000)).ok).toBe(true);
  expect(decide('resolve', factsOf('monitoring', { alertsFiring: 1 }), 'moved away').ok).toBe(true);
});

test.each(['reject', 'cancel'] as const)('%s says why', (command) => {
  const facts = factsOf(command === 'reject' ? 'candidate' : 'investigating');

  expect(decide(command, facts, '  ')).toMatchObject({ fault: 'reason_missing' });
  expect(decide(command, facts, 'a drill').ok).toBe(true);
});
