/** A runbook as it is written: one YAML document. `docs/runbooks.md` teaches it. */
import { z } from 'zod';
import { role, SEVERITIES } from '../primitives.ts';
import { STEP_KIND_SPECS, type LeafKind, type WithOf } from './stepKinds.ts';
import { condition, duration, expression, fieldName, runbookId, template } from './values.ts';

export const API_VERSION = 'muster/v1';

const retry = z.strictObject({
  times: z.number().int().min(1).max(20).describe('How often to try again'),
  backoff: z.enum(['fixed', 'exponential']).default('exponential').describe('How the pauses grow'),
  delay: duration.default('2s').describe('The first pause'),
  maxDelay: duration.default('5m').describe('The longest pause'),
  jitter: z.boolean().default(true).describe('Vary the pauses, so that many do not come back at once'),
  on: condition.optional().describe('Try again only when it holds; `error` (text) and `attempt` are known'),
});
export type RetryRule = z.output<typeof retry>;

/** What takes back what the step did: a step of its own, in which `steps.<id>.output` of what is undone is known. */
interface UndoOf<K extends LeafKind> {
  readonly kind: K;
  readonly with: WithOf<K>;
}
export type Undo = { [K in LeafKind]: UndoOf<K> }[LeafKind];

interface StepCommon {
  readonly id: string;
  readonly name?: string | undefined;
  readonly when?: string | undefined;
  readonly timeout?: string | undefined;
  readonly retry?: RetryRule | undefined;
  readonly continueOnError: boolean;
  readonly undo?: Undo | undefined;
  /** How many targets it touches, for the guard rail; a number, or an expression in CEL. */
  readonly targets?: number | string | undefined;
}
export type LeafStep = { [K in LeafKind]: StepCommon & { readonly kind: K; readonly with: WithOf<K> } }[LeafKind];
export interface BranchStep extends StepCommon {
  readonly kind: 'branch';
  readonly cases: readonly { readonly if: string; readonly steps: readonly Step[] }[];
  readonly otherwise: readonly Step[];
}
export interface ParallelStep extends StepCommon {
  readonly kind: 'parallel';
  readonly lanes: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}
export interface ForEachStep extends StepCommon {
  readonly kind: 'forEach';
  readonly items: string;
  readonly as: string;
  readonly atOnce: number;
  readonly steps: readonly Step[];
}
export type Step = LeafStep | BranchStep | ParallelStep | ForEachStep;

const kinds = STEP_KIND_SPECS;
function undoOf<K extends LeafKind, W extends z.ZodObject>(name: K, spec: { readonly with: W }) {
  return z.strictObject({ kind: z.literal(name), with: spec.with });
}
const undo: z.ZodType<Undo> = z.discriminatedUnion('kind', [
  undoOf('task', kinds.task), undoOf('manual', kinds.manual), undoOf('approval', kinds.approval), undoOf('http', kinds.http), undoOf('grafanaQuery', kinds.grafanaQuery), undoOf('promql', kinds.promql), undoOf('script', kinds.script), undoOf('command', kinds.command), undoOf('kubernetes', kinds.kubernetes),
  undoOf('wait', kinds.wait), undoOf('waitUntil', kinds.waitUntil), undoOf('subRunbook', kinds.subRunbook), undoOf('notify', kinds.notify), undoOf('page', kinds.page), undoOf('ticket', kinds.ticket), undoOf('statusUpdate', kinds.statusUpdate), undoOf('annotate', kinds.annotate), undoOf('silence', kinds.silence),
  undoOf('setField', kinds.setField), undoOf('declare', kinds.declare),
]).meta({ id: 'RunbookUndo' });

const common = {
  id: fieldName.describe('Name of the step; others say `steps.<id>.output`'),
  name: z.string().trim().min(1).max(200).optional().describe('What people read'),
  when: condition.optional().describe('Skipped unless it holds'),
  timeout: duration.optional().describe('Fails when it takes longer'),
  retry: retry.optional().describe('What to do when it fails'),
  continueOnError: z.boolean().default(false).describe('Go on although it failed'),
  undo: undo.optional().describe('What takes it back, when the run fails or is cancelled'),
  targets: z.union([z.number().int().min(0).max(100_000), expression]).optional().describe('How many targets it touches, for the limit of the organisation'),
};
const list = z.lazy((): z.ZodType<Step[]> => z.array(step).min(1, 'needs a step at least').max(500)).meta({ id: 'RunbookSteps' });
const maybeList = z.lazy((): z.ZodType<Step[]> => z.array(step).max(500)).meta({ id: 'RunbookOtherSteps' });

function leaf<K extends LeafKind, W extends z.ZodObject>(name: K, spec: { readonly with: W }) {
  return z.strictObject({ ...common, kind: z.literal(name), with: spec.with });
}
const branchStep = z.strictObject({
  ...common, kind: z.literal('branch'),
  cases: z.array(z.strictObject({ if: condition, steps: list })).min(1).max(50).describe('The first one whose condition holds is taken'),
  otherwise: maybeList.default([]).describe('What happens when none holds'),
});
const parallelStep = z.strictObject({
  ...common, kind: z.literal('parallel'),
  lanes: z.array(z.strictObject({ name: fieldName, steps: list })).min(1).max(20).describe('Lists of steps that run side by side'),
});
const forEachStep = z.strictObject({
  ...common, kind: z.literal('forEach'),
  items: expression.describe('A list, in CEL'),
  as: fieldName.default('item').describe('Name of the item in the steps'),
  atOnce: z.number().int().min(1).max(50).default(1).describe('How many at the same time'),
  steps: list.describe('What to do for each'),
});

export const step: z.ZodType<Step> = z.discriminatedUnion('kind', [
  leaf('task', kinds.task), leaf('manual', kinds.manual), leaf('approval', kinds.approval), leaf('http', kinds.http), leaf('grafanaQuery', kinds.grafanaQuery), leaf('promql', kinds.promql), leaf('script', kinds.script), leaf('command', kinds.command), leaf('kubernetes', kinds.kubernetes),
  leaf('wait', kinds.wait), leaf('waitUntil', kinds.waitUntil), leaf('subRunbook', kinds.subRunbook), leaf('notify', kinds.notify), leaf('page', kinds.page), leaf('ticket', kinds.ticket), leaf('statusUpdate', kinds.statusUpdate), leaf('annotate', kinds.annotate), leaf('silence', kinds.silence),
  leaf('setField', kinds.setField), leaf('declare', kinds.declare), branchStep, parallelStep, forEachStep,
]).meta({ id: 'RunbookStep' });

const inputCommon = { name: fieldName, title: z.string().max(200).optional(), description: z.string().max(2_000).optional(), required: z.boolean().default(true), from: expression.optional().describe('Where it comes from unless given: CEL over incident and panel') };
export const runbookInput = z.discriminatedUnion('type', [
  z.strictObject({ ...inputCommon, type: z.literal('string'), default: z.string().max(4_000).optional(), pattern: z.string().max(500).optional().describe('RE2 pattern of the whole value') }),
  z.strictObject({ ...inputCommon, type: z.literal('number'), default: z.number().optional(), min: z.number().optional(), max: z.number().optional() }),
  z.strictObject({ ...inputCommon, type: z.literal('boolean'), default: z.boolean().optional() }),
  z.strictObject({ ...inputCommon, type: z.literal('choice'), choices: z.array(z.string().min(1).max(200)).min(1).max(100), default: z.string().max(200).optional() }),
  z.strictObject({ ...inputCommon, type: z.literal('list'), default: z.array(z.string().max(1_000)).max(1_000).optional() }),
]);
export type RunbookInput = z.infer<typeof runbookInput>;

export const TRIGGER_EVENTS = ['candidate', 'declared', 'severity_raised', 'severity_lowered', 'state_changed', 'role_changed', 'timer', 'anomaly', 'prediction', 'forecast'] as const;
export const triggerEvent = z.enum(TRIGGER_EVENTS);
export type TriggerEvent = z.infer<typeof triggerEvent>;

/** Events that warn of what has not happened yet: they concern no incident. */
export const WARNING_EVENTS = ['prediction', 'forecast'] as const satisfies readonly TriggerEvent[];
export const warningKind = z.enum(WARNING_EVENTS);
export type WarningKind = z.infer<typeof warningKind>;
/** What `event.data` has in triggers of events that concern no incident. */
export const EVENT_FIELDS: Readonly<Record<'anomaly' | WarningKind, readonly string[]>> = {
  anomaly: ['detector', 'name', 'service', 'startsAt'],
  prediction: ['id', 'service', 'probability', 'until'],
  forecast: ['id', 'detector', 'name', 'service', 'labels', 'limit', 'side', 'value', 'minutes', 'earliest', 'at', 'latest'],
};
/** True for the events that concern no incident. */
export function isWithoutIncident(on: TriggerEvent): on is keyof typeof EVENT_FIELDS {
  return on in EVENT_FIELDS;
}

/** `suggest`: a person starts it. `approve`: it starts, and waits for an approval first. `run`: it runs. */
export const AUTOMATION_LEVELS = ['suggest', 'approve', 'run'] as const;
export const automationLevel = z.enum(AUTOMATION_LEVELS);
export type AutomationLevel = z.infer<typeof automationLevel>;

export const runbookTrigger = z.strictObject({
  on: triggerEvent.describe('Which event'),
  when: condition.optional().describe('Only when it holds: CEL over incident, alerts and services'),
  after: duration.optional().describe('For timer: so long after the incident was declared'),
  cooldown: duration.optional().describe('For anomaly, prediction and forecast: nothing starts for the same detector, service or series so soon after the last one that a run came of'),
  inputs: z.record(fieldName, z.union([template, z.number(), z.boolean()])).default({}).describe('Inputs of the run'),
}).refine((trigger) => (trigger.on === 'timer') === (trigger.after !== undefined), { path: ['after'], message: 'is needed with timer, and only there' })
  .refine((trigger) => trigger.cooldown === undefined || isWithoutIncident(trigger.on), { path: ['cooldown'], message: 'is for anomaly, prediction and forecast alone' });
export type RunbookTrigger = z.output<typeof runbookTrigger>;

export const runbookPolicy = z.strictObject({
  automation: automationLevel.default('suggest').describe('What a trigger may do'),
  bySeverity: z.partialRecord(z.enum(SEVERITIES), automationLevel).default({}).describe('The same for one severity'),
  approvalRole: z.enum(['responder', 'commander', 'manager', 'admin']).default('commander').describe('Who approves a run that waits for it'),
  hours: z.strictObject({
    zone: z.string().min(1).max(60), days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
    from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/), to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    outside: automationLevel.default('suggest'),
  }).optional().describe('Outside these hours a trigger may do no more than `outside`'),
  limit: z.strictObject({
    atOnce: z.number().int().min(1).max(100).default(1), per: z.enum(['runbook', 'incident']).default('runbook'),
    otherwise: z.enum(['queue', 'skip', 'replace']).default('queue'),
  }).optional().describe('How many runs at the same time, and what becomes of one more'),
  lock: template.optional().describe('What the run works on; two runs with the same lock never run together'),
  timeout: duration.default('7d').describe('The run fails when it takes longer'),
  onFailure: z.enum(['undo', 'stop']).default('undo').describe('What happens with what was done, when a step fails'),
  publishBy: z.enum(['anybody', 'second_person']).default('anybody').describe('Whether whoever wrote the draft may publish it'),
  startRole: role.default('responder').describe('Who may start it: this role or a higher one'),
  minutesSaved: z.number().min(0).max(10_000).optional().describe('How long a person takes for it by hand'),
});
export type RunbookPolicy = z.output<typeof runbookPolicy>;

export const runbookDocument = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Runbook'),
  metadata: z.strictObject({
    id: runbookId.describe('Its name in addresses; never changes'),
    title: z.string().trim().min(1).max(200),
    description: z.string().max(10_000).default(''),
    owner: z.string().max(100).optional().describe('Team'),
    tags: z.array(z.string().min(1).max(50)).max(30).default([]),
    services: z.array(z.string().min(1).max(200)).max(200).default([]).describe('Services it is for; none: any'),
    match: condition.optional().describe('Suggested for incidents of which it holds'),
    links: z.array(z.strictObject({ title: z.string().min(1).max(200), url: z.string().max(2_000).regex(/^https?:\/\/\S+$/, 'must be a web address') })).max(20).default([]),
  }),
  inputs: z.array(runbookInput).max(50).default([]),
  triggers: z.array(runbookTrigger).max(20).default([]),
  policy: runbookPolicy.default(() => runbookPolicy.parse({})),
  steps: z.array(step).min(1, 'needs a step at least').max(500),
}).meta({ id: 'RunbookDocument' });
export type RunbookDocument = z.output<typeof runbookDocument>;
