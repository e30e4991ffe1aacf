/**
 * The kinds of step, each with what it takes (`with`). One kind is one entry here, one file in
 * `backend/response/runbooks/kinds/`, its form (made of this schema) and its tests. Kinds that hold other steps
 * (`branch`, `parallel`, `forEach`) stand in `format.ts`.
 */
import { z } from 'zod';
import { severity } from '../primitives.ts';
import { condition, duration, fieldName, filledTemplate, runbookId, template } from './values.ts';

/**
 * What a step's effect allows when the process dies in the midst of it.
 * `none`: it only reads or decides; done again. `own`: it changes Muster, in the transaction that notes its end; exactly once.
 * `keyed`: it calls out with an idempotency key, the same on each try; done again with it. `once`: what it starts cannot be
 * repeated; it is handed over once, and where its end is not known, it fails and a person decides.
 */
export const STEP_EFFECTS = ['none', 'own', 'keyed', 'once'] as const;
export type StepEffect = (typeof STEP_EFFECTS)[number];

const httpMethod = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const headers = z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'is not the name of a header'), template);
const comparison = z.object({
  is: z.enum(['above', 'below', 'atLeast', 'atMost', 'equal', 'notEqual']).describe('How the value is compared'),
  value: z.number().describe('What it is compared with'),
});
const channelTarget = z.object({
  to: filledTemplate.describe('Whom: a name, a team or a channel, as the configured address knows it'),
  message: filledTemplate.describe('What to say'),
});

interface KindSpec {
  readonly title: string;
  /** One sentence for the reference and the editor. */
  readonly summary: string;
  readonly group: 'people' | 'systems' | 'flow' | 'incident';
  readonly effect: StepEffect;
  readonly with: z.ZodObject;
}

/** Keeps the literal types of one kind while checking its shape. */
function kind<const T extends KindSpec>(spec: T): T {
  return spec;
}

export const STEP_KIND_SPECS = {
  task: kind({
    title: 'Task', summary: 'Adds a task to the incident, and waits until it is done if asked to.', group: 'people', effect: 'own',
    with: z.strictObject({
      title: filledTemplate.describe('What is to be done'),
      description: template.default('').describe('More about it'),
      owner: z.union([z.literal('commander'), z.strictObject({ team: filledTemplate })]).optional().describe('Whose it is: the commander of the moment, or a team'),
      due: duration.optional().describe('Due so long after the step begins'),
      priority: z.enum(['high', 'normal', 'low']).default('normal').describe('How urgent'),
      checklist: z.array(filledTemplate).max(50).default([]).describe('Points to tick off'),
      wait: z.boolean().default(true).describe('Wait until it is done; a cancelled task fails the step'),
    }),
  }),
  manual: kind({
    title: 'Manual instruction', summary: 'Shows what a person has to do, and goes on when somebody says that it is done.', group: 'people', effect: 'none',
    with: z.strictObject({
      instruction: filledTemplate.describe('What to do, as Markdown'),
      checklist: z.array(filledTemplate).max(50).default([]).describe('Points that have to be ticked off first'),
      ask: z.array(z.strictObject({ name: fieldName, title: z.string().min(1).max(200), type: z.enum(['text', 'number', 'boolean']).default('text') })).max(20).default([])
        .describe('What the person is asked; the answers are the output of the step'),
    }),
  }),
  approval: kind({
    title: 'Approval', summary: 'Waits until somebody with the right role approves. Whoever started the run cannot.', group: 'people', effect: 'none',
    with: z.strictObject({
      question: filledTemplate.describe('What is to be approved, and what happens then'),
      role: z.enum(['responder', 'commander', 'manager', 'admin']).default('commander').describe('Who may decide: this role or a higher one'),
      people: z.union([z.literal(1), z.literal(2)]).default(1).describe('How many have to approve'),
      timeout: duration.optional().describe('How long to wait'),
      otherwise: z.enum(['reject', 'approve']).default('reject').describe('What holds when the time is up'),
      onReject: z.enum(['fail', 'skip', 'continue']).default('fail').describe('What a rejection does: fail the run, end this list of steps, or go on with output.approved = false'),
    }),
  }),
  http: kind({
    title: 'HTTP request', summary: 'Calls a web address. Only hosts that the installation allows are called.', group: 'systems', effect: 'keyed',
    with: z.strictObject({
      method: httpMethod.default('GET').describe('Method'),
      url: filledTemplate.describe('Address; escape what is filled in with `| url`'),
      headers: headers.default({}).describe('Headers. `Idempotency-Key` is added to all but GET'),
      body: template.optional().describe('Body; escape what is filled in with `| json`'),
      expect: condition.optional().describe('Holds when the call went well; `status`, `body` and `headers` are known. Without it: any status below 400'),
    }),
  }),
  grafanaQuery: kind({
    title: 'Grafana query', summary: 'Asks a data source of Grafana, and compares the last value with a threshold.', group: 'systems', effect: 'none',
    with: z.strictObject({
      datasource: filledTemplate.describe('UID of the data source'),
      query: z.record(z.string(), z.union([template, z.number(), z.boolean()])).describe('The query as the data source takes it, for example expr for Prometheus'),
      range: duration.default('15m').describe('How far back'),
      reduce: z.enum(['last', 'mean', 'min', 'max', 'sum', 'count']).default('last').describe('How one value is made of the series'),
      fail: comparison.optional().describe('The verdict is bad, and the step fails, when this holds'),
    }),
  }),
  promql: kind({
    title: 'PromQL check', summary: 'Asks a Prometheus directly for one value, and compares it with a threshold.', group: 'systems', effect: 'none',
    with: z.strictObject({
      url: filledTemplate.describe('Address of the Prometheus, without /api/v1'),
      expr: filledTemplate.describe('PromQL; an instant query'),
      headers: headers.default({}).describe('Headers, for example Authorization'),
      fail: comparison.optional().describe('The step fails when this holds of any series'),
      empty: z.enum(['fail', 'ok']).default('fail').describe('What an empty answer means'),
    }),
  }),
  script: kind({
    title: 'Script', summary: 'Computes with JavaScript in a sandbox: no network, no files, limited memory and time.', group: 'systems', effect: 'none',
    with: z.strictObject({
      code: z.string().min(1).max(50_000).describe('A function body; what it returns is the output. `scope` holds inputs, incident, steps; `console.log` is shown as output'),
      memoryMb: z.number().int().min(1).max(64).default(16).describe('Most memory, in MiB'),
      timeLimit: duration.default('2s').describe('Most time; 10s at most'),
    }),
  }),
  command: kind({
    title: 'Command', summary: 'Runs a command that an agent allows, where the systems are.', group: 'systems', effect: 'once',
    with: z.strictObject({
      agent: filledTemplate.describe('Name of the agent, or a label it carries as `label=value`'),
      command: z.string().min(1).max(100).describe('Name of the command in the allow-list of the agent'),
      args: z.record(fieldName, z.union([template, z.number(), z.boolean()])).default({}).describe('Its arguments, by name'),
    }),
  }),
  kubernetes: kind({
    title: 'Kubernetes', summary: 'Restarts, scales, cordons, or reads logs, through an agent inside the cluster.', group: 'systems', effect: 'keyed',
    with: z.strictObject({
      agent: filledTemplate.describe('Name of the agent, or a label it carries as `label=value`'),
      action: z.enum(['rolloutRestart', 'scale', 'cordon', 'uncordon', 'logs']).describe('What to do'),
      namespace: template.optional().describe('Namespace; not for cordon and uncordon'),
      target: filledTemplate.describe('`deployment/checkout`, `statefulset/db`, `pod/checkout-1`, or the name of the node'),
      replicas: z.union([z.number().int().min(0).max(10_000), template]).optional().describe('For scale: how many'),
      tailLines: z.number().int().min(1).max(5_000).default(200).describe('For logs: how many lines'),
    }),
  }),
  wait: kind({
    title: 'Wait', summary: 'Waits for a time. Costs nothing while it waits, be it seconds or days.', group: 'flow', effect: 'none',
    with: z.strictObject({ for: z.union([duration, template]).describe('How long') }),
  }),
  waitUntil: kind({
    title: 'Wait until', summary: 'Looks again and again until a condition over the incident holds.', group: 'flow', effect: 'none',
    with: z.strictObject({
      condition: condition.describe('Goes on when it holds. The incident is read anew each time'),
      every: duration.default('15s').describe('How often to look; 1s at least'),
      timeout: duration.default('30m').describe('How long at most'),
      otherwise: z.enum(['fail', 'continue']).default('fail').describe('What holds when the time is up'),
    }),
  }),
  subRunbook: kind({
    title: 'Sub-runbook', summary: 'Runs another runbook and waits for its end.', group: 'flow', effect: 'own',
    with: z.strictObject({
      runbook: runbookId.describe('Which one'),
      inputs: z.record(fieldName, z.union([template, z.number(), z.boolean()])).default({}).describe('Its inputs'),
    }),
  }),
  notify: kind({
    title: 'Notify', summary: 'Sends a message through the configured address for messages.', group: 'people', effect: 'keyed',
    with: z.strictObject({ ...channelTarget.shape, severity: z.enum(['info', 'warning', 'critical']).default('info').describe('How urgent') }),
  }),
  page: kind({
    title: 'Page', summary: 'Pages somebody through the configured address for pages.', group: 'people', effect: 'keyed',
    with: z.strictObject(channelTarget.shape),
  }),
  ticket: kind({
    title: 'Ticket', summary: 'Opens a ticket through the configured address for tickets.', group: 'people', effect: 'keyed',
    with: z.strictObject({
      title: filledTemplate.describe('Title'), description: template.default('').describe('Description'),
      priority: z.enum(['1', '2', '3', '4', '5']).default('3').describe('Priority, 1 the highest'),
    }),
  }),
  statusUpdate: kind({
    title: 'Status update', summary: 'Puts an update of the status on the timeline of the incident, or writes one for an audience, which is published as its rules say.', group: 'incident', effect: 'own',
    with: z.strictObject({
      text: filledTemplate.describe('What to tell'), nextUpdate: duration.optional().describe('When the next one is due'),
      audience: z.string().min(1).max(40).optional().describe('Id of an audience; without it only the timeline tells'),
      fields: z.record(z.string().max(40), template).optional().describe('More fields of the template of the audience'),
    }),
  }),
  annotate: kind({
    title: 'Annotate', summary: 'Marks a moment on the dashboards of Grafana.', group: 'systems', effect: 'keyed',
    with: z.strictObject({
      text: filledTemplate.describe('What the mark says'), tags: z.array(filledTemplate).max(20).default([]).describe('Tags, beside `muster` and the incident'),
      dashboard: template.optional().describe('UID of one dashboard; without it the mark is for all'),
    }),
  }),
  silence: kind({
    title: 'Silence', summary: 'Silences alerts in Grafana for a time; its undo ends the silence.', group: 'systems', effect: 'own',
    with: z.strictObject({
      matchers: z.array(z.strictObject({ name: z.string().min(1).max(200), value: filledTemplate })).min(1).max(20).describe('Labels that an alert must have'),
      for: duration.describe('How long'), comment: filledTemplate.describe('Why'),
    }),
  }),
  setField: kind({
    title: 'Set field', summary: 'Sets a custom field of the incident, or its severity or state.', group: 'incident', effect: 'own',
    with: z.strictObject({
      field: z.string().min(1).max(100).describe('`severity`, `state`, or the key of a custom field'),
      value: z.union([template, z.number(), z.boolean()]).describe('The value; for state one of acknowledge, identify, start-mitigation, mitigate, resolve'),
      reason: template.default('set by a runbook').describe('Why'),
    }),
  }),
  declare: kind({
    title: 'Declare', summary: 'Declares an incident, or promotes the candidate of the run.', group: 'incident', effect: 'own',
    with: z.strictObject({
      title: template.optional().describe('Title; left out: the candidate of the run is promoted'), severity: severity.default('sev3').describe('Severity of a new one'),
      services: z.array(filledTemplate).max(50).default([]).describe('Services of a new one'), reason: template.default('declared by a runbook').describe('Why'),
    }),
  }),
} as const;

export type LeafKind = keyof typeof STEP_KIND_SPECS;
export const LEAF_KINDS = Object.keys(STEP_KIND_SPECS).filter((name): name is LeafKind => name in STEP_KIND_SPECS);
/** What a step of a kind takes, as the document gives it. */
export type WithOf<K extends LeafKind> = z.output<(typeof STEP_KIND_SPECS)[K]['with']>;

/** Whether `{{ secrets.name }}` may stand in steps of a kind: in those that call out. What the others say is kept and shown. */
export function takesSecrets(kind: LeafKind): boolean {
  const { effect } = STEP_KIND_SPECS[kind];
  return effect === 'keyed' || effect === 'once' || kind === 'promql' || kind === 'grafanaQuery';
}

/** The kinds that hold other steps. */
export const FLOW_KIND_SPECS = {
  branch: { title: 'Branch', summary: 'Takes the first case whose condition holds, or the other way.', group: 'flow', effect: 'none' },
  parallel: { title: 'Parallel', summary: 'Runs several lists of steps side by side, and goes on when all have ended.', group: 'flow', effect: 'none' },
  forEach: { title: 'For each', summary: 'Runs its steps for each item of a list.', group: 'flow', effect: 'none' },
} as const;
export type FlowKind = keyof typeof FLOW_KIND_SPECS;
export const FLOW_KINDS = ['branch', 'parallel', 'forEach'] as const satisfies readonly FlowKind[];
export type StepKind = LeafKind | FlowKind;
