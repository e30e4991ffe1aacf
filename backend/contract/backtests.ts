/** Back-tests: the past once more, as it is correlated now and as a draft would, side by side. */
import { z } from 'zod';
import { correlationSettings } from './correlation.ts';
import { actor, instant, page, severity } from './primitives.ts';

export const BACK_TEST_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export const backTestState = z.enum(BACK_TEST_STATES).meta({ id: 'BackTestState' });
export type BackTestState = z.infer<typeof backTestState>;

/** An incident as one side would have made it. */
export const trialIncident = z.object({
  title: z.string(),
  severity,
  services: z.array(z.string()),
  alerts: z.number().int(),
  firstAlertAt: instant,
  /** Null: it would have stayed a candidate. */
  declaredAt: instant.nullable(),
});
export type TrialIncident = z.infer<typeof trialIncident>;

/** How well a side agrees with what people judged; see docs/correlation.md. */
export const labelScore = z.object({
  labelled: z.number().int(), pairPrecision: z.number(), pairRecall: z.number(), pairF1: z.number(), falseJoins: z.number().int(),
});

export const trialSide = z.object({
  incidents: z.number().int(),
  declared: z.number().int(),
  alertsInIncidents: z.number().int(),
  /** 1 - (incidents and alerts left alone) / alerts, an alert that comes again counting once. */
  compression: z.number(),
  /** From the first alert of an incident to its declaration. */
  medianMinutesToDeclare: z.number().nullable(),
  score: labelScore.nullable(),
});
export type TrialSide = z.infer<typeof trialSide>;

/** What one side would have put together otherwise. At most a hundred of each are told, the largest first. */
export const trialDifference = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('merged'), before: z.array(trialIncident), after: trialIncident, alerts: z.number().int() }),
  z.object({ kind: z.literal('split'), before: trialIncident, after: z.array(trialIncident), alerts: z.number().int() }),
  z.object({ kind: z.literal('new'), after: trialIncident, alerts: z.number().int() }),
  z.object({ kind: z.literal('gone'), before: trialIncident, alerts: z.number().int() }),
]);
export type TrialDifference = z.infer<typeof trialDifference>;

export const backTestReport = z.object({
  alerts: z.number().int(),
  before: trialSide,
  after: trialSide,
  /** Incidents that both sides make of mostly the same alerts. */
  unchanged: z.number().int(),
  differences: z.array(trialDifference),
  differencesTotal: z.number().int(),
});
export type BackTestReport = z.infer<typeof backTestReport>;

export const backTest = z.object({
  id: z.string(),
  state: backTestState,
  from: instant,
  to: instant,
  /** Settings in force when it began, by their version; the draft as it was then. */
  baseVersion: z.number().int(),
  draft: correlationSettings,
  /** Share of the period's alert changes that were gone through, 0 to 1. */
  progress: z.number(),
  requestedAt: instant,
  requestedBy: actor,
  finishedAt: instant.nullable(),
  /** Why it failed. */
  error: z.string().nullable(),
  report: backTestReport.nullable(),
}).meta({ id: 'BackTest' });
export type BackTest = z.infer<typeof backTest>;

export const startBackTestBody = z.object({ from: instant, to: instant });
/** In a list, reports are left out. */
export const backTestPage = page(backTest);
