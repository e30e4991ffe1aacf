/** Automation of runbooks: what starts by itself, what is suggested, what holds it back, and how well it is prepared. */
import { z } from 'zod';
import { actor, incidentNumber, instant, page, pageQuery } from '../primitives.ts';
import { automationLevel, triggerEvent } from './format.ts';
import { runId, runState, waitsFor } from './runs.ts';
import { jsonValue, runbookId } from './values.ts';

export const suggestion = z.object({
  id: z.string(), runbook: runbookId, title: z.string(), description: z.string(), steps: z.number().int(),
  /** Why it is suggested, strongest first. */
  reasons: z.array(z.string()),
  /** 0 to 1; the list is sorted by it, what was rejected after all others. */
  score: z.number(),
  /** What would hold a trigger back, or held it back. */
  heldBack: z.string().nullable(),
  successRate: z.number().nullable(), runs: z.number().int(), lastTestedAt: instant.nullable(), stale: z.boolean(),
  inputs: z.record(z.string(), jsonValue),
  /** The last run of it for this incident. */
  run: z.object({ id: runId, state: z.string() }).nullable(),
  /** Somebody said that it is not the right one for this incident: it comes last, and is not put forward. */
  rejected: z.object({ reason: z.string(), by: actor, at: instant }).nullable(),
}).meta({ id: 'Suggestion' });
export type Suggestion = z.infer<typeof suggestion>;
export const suggestionList = z.object({
  items: z.array(suggestion), nextCursor: z.string().nullable(),
  /** Why there is none. */
  none: z.string().nullable(),
});
export type SuggestionList = z.infer<typeof suggestionList>;

export const automationSettings = z.object({
  /** Nothing starts by itself while it is set. */
  frozen: z.object({ by: actor, at: instant, reason: z.string() }).nullable(),
  /** No more than so many targets are touched in an hour by runs that started by themselves; null: no limit. */
  maxTargetsPerHour: z.number().int().nullable(),
  targetsLastHour: z.number().int(),
  /** Where messages, pages and tickets of steps go; null: such a step fails and says so. */
  notifyUrl: z.string().nullable(), pageUrl: z.string().nullable(), ticketUrl: z.string().nullable(),
  /** The most that a trigger may do, by severity. */
  most: z.object({ sev1: automationLevel, sev2: automationLevel, sev3: automationLevel, sev4: automationLevel, sev5: automationLevel }),
  version: z.number().int(),
  /** automation.yaml says it, so page and API leave it alone. */
  provisioned: z.boolean(),
}).meta({ id: 'AutomationSettings' });
export type AutomationSettings = z.infer<typeof automationSettings>;
const webAddress = z.string().max(2_000).regex(/^https?:\/\/\S+$/, 'must be a web address').nullable();
export const putAutomationBody = z.object({
  maxTargetsPerHour: z.number().int().min(0).max(100_000).nullable(),
  notifyUrl: webAddress, pageUrl: webAddress, ticketUrl: webAddress,
  most: automationSettings.shape.most,
});
export const freezeBody = z.object({ reason: z.string().trim().min(3, 'say why in at least 3 characters').max(2_000) });

/** What became of an event that a trigger matched. */
export const triggerRecord = z.object({
  id: z.string(), at: instant, runbook: runbookId, on: triggerEvent, incident: incidentNumber.nullable(),
  outcome: z.enum(['started', 'waits_for_approval', 'suggested', 'held_back', 'failed']), reason: z.string(), run: runId.nullable(),
}).meta({ id: 'TriggerRecord' });
export type TriggerRecord = z.infer<typeof triggerRecord>;
export const triggerRecordPage = page(triggerRecord);
export const triggerRecordQuery = pageQuery.extend({ runbook: runbookId.optional(), incident: incidentNumber.optional() });

/** A runbook that waits for a warning, and what became of it. */
export const attachedRunbook = z.object({
  /** The record of its trigger; `startRun` takes it, and then the inputs are those of the warning. */
  record: z.string(),
  runbook: runbookId, title: z.string(),
  /** What it may do by itself; null: it is not in use any more. */
  level: automationLevel.nullable(),
  outcome: triggerRecord.shape.outcome, reason: z.string(),
  /** The run that was started, by itself or by somebody. */
  run: z.object({ id: runId, state: runState, waitsFor: waitsFor.nullable() }).nullable(),
  inputs: z.record(z.string(), jsonValue),
  /** The asker may start it; else why not, where nothing was started. */
  mayStart: z.boolean(), whyNot: z.string().nullable(),
}).meta({ id: 'AttachedRunbook' });
export type AttachedRunbook = z.infer<typeof attachedRunbook>;

export const runbookStatistics = z.object({
  /** Of the incidents of sev1 and sev2 that were declared since then. */
  since: instant,
  incidents: z.number().int(), covered: z.number().int(),
  /** 0 to 1; null without incidents. */
  coverage: z.number().nullable(),
  uncovered: z.array(z.object({ number: incidentNumber, title: z.string(), services: z.array(z.string()) })),
  runs: z.number().int(), succeeded: z.number().int(), successRate: z.number().nullable(),
  minutesSaved: z.number(),
  stale: z.array(z.object({ id: runbookId, title: z.string(), lastTestedAt: instant.nullable() })),
}).meta({ id: 'RunbookStatistics' });
export type RunbookStatistics = z.infer<typeof runbookStatistics>;

export const preflightFinding = z.object({ check: z.enum(['secret', 'host', 'query', 'agent', 'link', 'runbook', 'address']), step: z.string().nullable(), ok: z.boolean(), detail: z.string(), fix: z.string().nullable() });
export const preflightReport = z.object({ runbook: runbookId, title: z.string(), at: instant, ok: z.boolean(), findings: z.array(preflightFinding) }).meta({ id: 'PreflightReport' });
export type PreflightReport = z.infer<typeof preflightReport>;
export const preflightPage = page(preflightReport).meta({ id: 'PreflightPage' });
