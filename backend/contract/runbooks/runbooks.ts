/** Runbooks as the catalogue keeps them: versions, drafts, checks, dry runs. */
import { z } from 'zod';
import { actor, incidentNumber, instant, page, pageQuery } from '../primitives.ts';
import { runbookDocument, runbookInput, runbookPolicy } from './format.ts';
import { jsonValue, runbookId } from './values.ts';

/** Where in the text of a runbook something is wrong. */
export const runbookFinding = z.object({
  level: z.enum(['error', 'warning']),
  message: z.string(),
  /** From 1. */
  line: z.number().int(),
  column: z.number().int(),
  /** `steps[2].with.url`. */
  path: z.string(),
}).meta({ id: 'RunbookFinding' });
export type RunbookFinding = z.infer<typeof runbookFinding>;

/** `built_in`: comes with Muster. `file`: provisioned; changed there, not here. */
export const RUNBOOK_ORIGINS = ['built_in', 'file', 'page'] as const;
export const runbookOrigin = z.enum(RUNBOOK_ORIGINS);
export type RunbookOrigin = z.infer<typeof runbookOrigin>;

export const RUNBOOK_STATES = ['draft', 'live', 'retired'] as const;
/** `draft`: never published. */
export const runbookState = z.enum(RUNBOOK_STATES);
export type RunbookState = z.infer<typeof runbookState>;

export const runbookSummary = z.object({
  id: runbookId,
  title: z.string(),
  description: z.string(),
  state: runbookState,
  origin: runbookOrigin,
  owner: z.string().nullable(),
  tags: z.array(z.string()),
  services: z.array(z.string()),
  /** The published version that runs; null before the first. */
  liveVersion: z.number().int().nullable(),
  hasDraft: z.boolean(),
  steps: z.number().int(),
  /** How far its triggers go by themselves. */
  automation: runbookPolicy.shape.automation,
  runs: z.number().int(),
  /** Share of its ended runs that succeeded, 0 to 1; null without any. */
  successRate: z.number().nullable(),
  lastRunAt: instant.nullable(),
  /** A run or a drill that succeeded last; older than 90 days is stale. */
  lastTestedAt: instant.nullable(),
  stale: z.boolean(),
  /** What the nightly preflight found; null before the first. */
  preflight: z.object({ ok: z.boolean(), at: instant, faults: z.number().int() }).nullable(),
  updatedAt: instant,
  /** The ETag. */
  version: z.number().int(),
}).meta({ id: 'RunbookSummary' });
export type RunbookSummary = z.infer<typeof runbookSummary>;
export const runbookPage = page(runbookSummary).meta({ id: 'RunbookPage' });
export type RunbookPage = z.infer<typeof runbookPage>;

export const runbookListQuery = pageQuery.extend({
  q: z.string().max(200).optional(),
  state: z.enum(['all', ...RUNBOOK_STATES]).default('all'),
  service: z.string().max(200).optional(),
  tag: z.string().max(50).optional(),
});

/** Text of a runbook in YAML. */
export const runbookSource = z.string().min(1).max(512 * 1024);

export const runbookDraft = z.object({ source: z.string(), by: actor, at: instant, findings: z.array(runbookFinding) });
export const runbook = runbookSummary.extend({
  /** The live text; null before the first version. */
  source: z.string().nullable(),
  draft: runbookDraft.nullable(),
  inputs: z.array(runbookInput),
  /** Somebody else than the author of the draft has to publish it. */
  needsSecondPerson: z.boolean(),
}).meta({ id: 'Runbook' });
export type Runbook = z.infer<typeof runbook>;

export const runbookVersion = z.object({
  version: z.number().int(), publishedAt: instant, publishedBy: actor, draftedBy: actor, note: z.string(), live: z.boolean(),
}).meta({ id: 'RunbookVersion' });
export type RunbookVersion = z.infer<typeof runbookVersion>;
export const runbookVersionPage = page(runbookVersion);
export const runbookVersionText = runbookVersion.extend({ source: z.string() }).meta({ id: 'RunbookVersionText' });
export type RunbookVersionText = z.infer<typeof runbookVersionText>;

export const runbookSourceBody = z.object({ source: runbookSource });
export const publishRunbookBody = z.object({ note: z.string().trim().max(2_000).default('') });
export const reasonBody = z.object({ reason: z.string().trim().max(2_000).default('') });
export const runbookCheck = z.object({
  findings: z.array(runbookFinding),
  /** What the text says; null while it has errors. */
  document: runbookDocument.nullable(),
}).meta({ id: 'RunbookCheck' });
export type RunbookCheck = z.infer<typeof runbookCheck>;

export const importRunbookBody = z.object({
  /** The text of a Markdown procedure. */
  markdown: z.string().min(1).max(512 * 1024).optional(),
  /** Or where it is, for example the `runbook_url` of an alert. */
  url: z.string().max(2_000).regex(/^https?:\/\/\S+$/, 'must be a web address').optional(),
  id: runbookId.optional(),
}).refine((body) => (body.markdown === undefined) !== (body.url === undefined), { path: ['markdown'], message: 'give either the text or its address' });
export const importedRunbook = z.object({ source: z.string(), findings: z.array(runbookFinding) });

export const dryRunBody = z.object({
  source: runbookSource.optional(),
  runbook: runbookId.optional(),
  version: z.number().int().positive().optional(),
  inputs: z.record(z.string(), jsonValue).default({}),
  /** A past or present incident that it is played for. */
  incident: incidentNumber.optional(),
  /** What steps are taken to give, by path; else an example. */
  outputs: z.record(z.string(), jsonValue).default({}),
}).refine((body) => (body.source === undefined) !== (body.runbook === undefined), { path: ['runbook'], message: 'give either a text or a runbook' });

/** A request that a step would send. Secrets are masked. */
export const plannedRequest = z.object({
  to: z.string(), method: z.string(), headers: z.record(z.string(), z.string()), body: z.string().nullable(),
}).meta({ id: 'PlannedRequest' });
export type PlannedRequest = z.infer<typeof plannedRequest>;

export const dryRunStep = z.object({
  path: z.string(), kind: z.string(), name: z.string(),
  outcome: z.enum(['would_run', 'would_skip', 'would_wait', 'fault']),
  /** What it would do, in a sentence; or what is wrong. */
  text: z.string(),
  requests: z.array(plannedRequest),
}).meta({ id: 'DryRunStep' });
export type DryRunStep = z.infer<typeof dryRunStep>;
export const dryRun = z.object({ ok: z.boolean(), findings: z.array(runbookFinding), steps: z.array(dryRunStep) }).meta({ id: 'DryRun' });
export type DryRun = z.infer<typeof dryRun>;

export const runbookSecret = z.object({
  name: z.string(), description: z.string(),
  /** Runbooks that may use it; none: any. */
  runbooks: z.array(runbookId),
  /** The lowest role that may start a run that uses it. */
  role: z.enum(['responder', 'commander', 'manager', 'admin']),
  updatedAt: instant, updatedBy: z.string(), version: z.number().int(),
}).meta({ id: 'RunbookSecret' });
export type RunbookSecret = z.infer<typeof runbookSecret>;
export const runbookSecretPage = page(runbookSecret);
export const putRunbookSecretBody = z.object({
  /** Left out, the stored value stays. */
  value: z.string().min(1).max(16_384).optional(),
  description: z.string().trim().max(500).default(''),
  runbooks: z.array(runbookId).max(200).default([]),
  role: runbookSecret.shape.role.default('responder'),
});
