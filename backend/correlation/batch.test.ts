import { incidentNumber, type Severity } from '#contract';
import type { AlertChange } from '../ingest/index.ts';
import { planBatch } from './batch.ts';
import type { Decision, PlacedRef, Strategy } from './strategy.ts';

const STARTED = new Date(Date.UTC(2026, 2, 2, 6, 0, 0));
const REASON = { strategy: 'test', summary: 'one cause', contributions: [] };
const FIRST = incidentNumber.parse(1);
const SECOND = incidentNumber.parse(2);
const NUMBERS = new Map([['one', FIRST], ['two', SECOND]]);

function changeOf(kind: AlertChange['kind'], alertKey: string): AlertChange {
  return {
    position: alertKey, kind, recordedAt: STARTED, alertKey, startsAt: STARTED, endsAt: null, sourceId: 'test', fingerprint: 'f', name: 'HighErrorRate', summary: '', description: '',
    severity: 'sev3', service: 'checkout', team: null, environment: null, cluster: null, labels: {},
  };
}

function refOf(alertKey: string): PlacedRef {
  return { alertKey, startsAt: STARTED, firing: true, reason: REASON };
}

function joins(group: string, alertKey: string, severity: Severity): Decision {
  return { kind: 'join', group, alert: refOf(alertKey), severity, services: [] };
}

/** Decides what is written down for each alert. */
function scripted(script: Readonly<Record<string, readonly Decision[]>>): Strategy<null> {
  return {
    name: 'scripted', memoryMs: 0, habitMs: 0, empty: () => null, restoreHabits: () => undefined, restoreGroup: () => 'one', dropGroup: () => undefined, correctLink: () => undefined, forgetAlert: () => undefined, holdAlert: () => undefined,
    decide: (_, change) => script[change.alertKey] ?? [], noteChange: () => undefined, pass: () => [],
  };
}

const MERGE: Decision = { kind: 'merge', group: 'one', absorbed: 'two', reason: REASON };

test('alerts that ended in the batch that merges their incidents are counted off, whichever of both they were in', () => {
  const owners = new Map([['11', FIRST], ['21', SECOND], ['22', SECOND]]);
  const { changes } = planBatch(
    scripted({ 21: [MERGE] }), null, NUMBERS, ['11', '21', '22'].map((key) => changeOf('resolved', key)), (change) => owners.get(change.alertKey) ?? null,
  );
  expect(changes).toEqual([expect.objectContaining({ incident: FIRST, absorbed: [SECOND], ended: 3 })]);
});

test('an incident that a merge in the same batch makes graver is as grave as the gravest of both', () => {
  const script = { 12: [joins('one', '12', 'sev3')], 23: [joins('two', '23', 'sev1'), MERGE] };
  const { changes } = planBatch(scripted(script), null, NUMBERS, [changeOf('opened', '12'), changeOf('opened', '23')], () => null);
  expect(changes).toEqual([expect.objectContaining({ incident: FIRST, severity: 'sev1' })]);
});
