/** What the schema cannot say: bounds of durations, inputs that fit themselves, kinds that need one field for another. */
import { isWithoutIncident, parseDuration, type RunbookDocument, type RunbookInput, type Step } from '#contract';
import { patternOf } from '../../../platform/expressions/celParts.ts';
import { faultOfValue } from './inputs.ts';
import type { Issue } from './issues.ts';
import type { KeyPath } from './places.ts';
import { everyStep } from './walk.ts';

const SECOND = 1_000;
const DAY = 86_400_000;

/** Least and most of durations, by kind and field. */
const BOUNDS: Readonly<Record<string, readonly [number, number, string]>> = {
  'step.timeout': [SECOND, 30 * DAY, '1s to 30d'],
  'retry.delay': [0, DAY, '0s to 1d'],
  'retry.maxDelay': [0, DAY, '0s to 1d'],
  'task.due': [SECOND, 365 * DAY, '1s to 365d'],
  'approval.timeout': [SECOND, 30 * DAY, '1s to 30d'],
  'grafanaQuery.range': [SECOND, 90 * DAY, '1s to 90d'],
  'script.timeLimit': [1, 10 * SECOND, '1ms to 10s'],
  'wait.for': [0, 365 * DAY, '0s to 365d'],
  'waitUntil.every': [SECOND, DAY, '1s to 1d'],
  'waitUntil.timeout': [SECOND, 30 * DAY, '1s to 30d'],
  'statusUpdate.nextUpdate': [SECOND, 30 * DAY, '1s to 30d'],
  'silence.for': [60 * SECOND, 30 * DAY, '1m to 30d'],
  'trigger.after': [SECOND, 30 * DAY, '1s to 30d'],
  'trigger.cooldown': [SECOND, 30 * DAY, '1s to 30d'],
  'policy.timeout': [SECOND, 365 * DAY, '1s to 365d'],
};

function bounded(name: string, path: KeyPath, value: unknown): Issue[] {
  const bounds = BOUNDS[name];
  // What is filled in is looked at when it is there.
  if (bounds === undefined || typeof value !== 'string' || value.includes('{{')) return [];
  const ms = parseDuration(value);
  if (ms === null) return [{ path, message: 'is a duration, such as 500ms, 30s, 5m, 2h or 7d' }];
  const [least, most, words] = bounds;
  return ms >= least && ms <= most ? [] : [{ path, message: `must be ${words}` }];
}

function ofWith(kind: string, given: object, path: KeyPath): Issue[] {
  return Object.entries(given).flatMap(([field, value]) => bounded(`${kind}.${field}`, [...path, field], value));
}

/** Fields that one kind needs for what it is asked to do. */
function needed(step: Pick<Step, 'kind'>, path: KeyPath): Issue[] {
  const { kind, with: given } = { with: null, ...step };
  if (kind !== 'kubernetes' || typeof given !== 'object' || given === null) return [];
  const fields = new Map<string, unknown>(Object.entries(given));
  const action = fields.get('action');
  const ofNode = action === 'cordon' || action === 'uncordon';
  return [
    ...(action === 'scale' && fields.get('replicas') === undefined ? [{ path: [...path, 'with'], message: 'scale needs replicas' }] : []),
    ...(!ofNode && fields.get('namespace') === undefined ? [{ path: [...path, 'with'], message: `${String(action)} needs a namespace` }] : []),
  ];
}

function stepIssues(step: Step, path: KeyPath): Issue[] {
  return [
    ...bounded('step.timeout', [...path, 'timeout'], step.timeout),
    ...bounded('retry.delay', [...path, 'retry', 'delay'], step.retry?.delay),
    ...bounded('retry.maxDelay', [...path, 'retry', 'maxDelay'], step.retry?.maxDelay),
    ...('with' in step ? [...ofWith(step.kind, step.with, [...path, 'with']), ...needed(step, path)] : []),
    ...(step.undo === undefined ? [] : [...ofWith(step.undo.kind, step.undo.with, [...path, 'undo', 'with']), ...needed(step.undo, [...path, 'undo'])]),
  ];
}

function inputIssues(input: RunbookInput, path: KeyPath): Issue[] {
  if (input.type === 'string' && input.pattern !== undefined) {
    try {
      patternOf(input.pattern);
    } catch (error) {
      return [{ path: [...path, 'pattern'], message: `cannot be used: ${error instanceof Error ? error.message : String(error)}` }];
    }
  }
  if (input.default === undefined) return [];
  const fault = faultOfValue(input, input.default);
  return fault === null ? [] : [{ path: [...path, 'default'], message: fault }];
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function twice(names: readonly { readonly name: string; readonly path: KeyPath }[], words: string): Issue[] {
  return names.filter(({ name }, index) => names.findIndex((other) => other.name === name) < index).map(({ name, path }) => ({ path, message: `${words} "${name}" is there already` }));
}

/** Every fault of a document that fits the schema, apart from its names and expressions. */
export function boundIssues(document: RunbookDocument): Issue[] {
  const steps = everyStep(document.steps);
  const { policy } = document;
  return [
    ...twice(steps.map(({ step, path }) => ({ name: step.id, path: [...path, 'id'] })), 'a step'),
    ...twice(document.inputs.map(({ name }, index) => ({ name, path: ['inputs', index, 'name'] })), 'an input'),
    ...steps.flatMap(({ step, path }) => (step.kind === 'parallel' ? twice(step.lanes.map(({ name }, index) => ({ name, path: [...path, 'lanes', index, 'name'] })), 'a lane') : [])),
    ...steps.flatMap(({ step, path }) => stepIssues(step, path)),
    ...steps.flatMap(({ step, path }) => (step.kind === 'subRunbook' && step.with.runbook === document.metadata.id ? [{ path: [...path, 'with', 'runbook'], message: 'a runbook cannot run itself' }] : [])),
    ...document.inputs.flatMap((input, index) => inputIssues(input, ['inputs', index])),
    ...document.triggers.flatMap((trigger, index) => [...bounded('trigger.after', ['triggers', index, 'after'], trigger.after), ...bounded('trigger.cooldown', ['triggers', index, 'cooldown'], trigger.cooldown)]),
    ...bounded('policy.timeout', ['policy', 'timeout'], policy.timeout),
    ...(policy.hours !== undefined && !isZone(policy.hours.zone) ? [{ path: ['policy', 'hours', 'zone'], message: `"${policy.hours.zone}" is not a time zone` }] : []),
  ];
}

/** Kinds that fail in a run without an incident. */
const NEED_INCIDENT: readonly Step['kind'][] = ['task', 'statusUpdate', 'setField'];

/** Steps that would fail in a run that starts before there is an incident, as far as the text shows: nothing declares one before, and they always run. */
function withoutIncident({ triggers, steps }: RunbookDocument): Issue[] {
  const on = triggers.find((trigger) => isWithoutIncident(trigger.on))?.on;
  if (on === undefined) return [];
  const all = everyStep(steps);
  const declares = all.findIndex(({ step }) => step.kind === 'declare' && step.with.title !== undefined);
  return all.slice(0, declares === -1 ? all.length : declares).flatMap(({ step, path }) => (NEED_INCIDENT.includes(step.kind) && step.when === undefined
    ? [{ path: [...path, 'id'], message: `fails in a run that the trigger ${on} starts: it has no incident; give the step \`when: incident != null\`` }] : []));
}

/** What is allowed, but seldom meant. */
export function warnings(document: RunbookDocument): Issue[] {
  return [...withoutIncident(document), ...everyStep(document.steps).flatMap(({ step, path }): Issue[] => {
    const changes = (step.kind === 'kubernetes' && (step.with.action === 'scale' || step.with.action === 'cordon')) || (step.kind === 'http' && step.with.method !== 'GET');
    return [
      ...(changes && step.undo === undefined ? [{ path: [...path, 'id'], message: 'has no undo: what it does stays when a later step fails' }] : []),
      ...((step.kind === 'http' || step.kind === 'command') && step.timeout === undefined ? [{ path: [...path, 'id'], message: 'has no timeout' }] : []),
    ];
  })];
}
