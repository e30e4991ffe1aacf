/** Drills: a made-up trouble that goes the whole way of a real one, and the report of how well everybody did. */
import { z } from 'zod';
import { localDateTime } from '../maintenance.ts';
import { actor, incidentNumber, instant, page, pageQuery, severity } from '../primitives.ts';
import { runId } from './runs.ts';
import { runbookId } from './values.ts';

const serial = z.string().regex(/^[1-9]\d{0,17}$/, 'is not the number of a drill');
export const drillId = serial.brand<'DrillId'>();
export type DrillId = z.infer<typeof drillId>;
/** One performance of a drill; also the value of the label by which its alerts are known. */
export const drillRunId = serial.brand<'DrillRunId'>();
export type DrillRunId = z.infer<typeof drillRunId>;

/** What may be expected of a drill, in the order in which it usually comes. */
export const DRILL_STAGES = ['accepted', 'detected', 'declared', 'acknowledged', 'commander', 'runbook', 'informed', 'mitigated'] as const;
export const drillStage = z.enum(DRILL_STAGES);
export type DrillStage = z.infer<typeof drillStage>;

/** One synthetic alert. */
export const drillAlert = z.object({
  name: z.string().trim().min(1).max(200),
  service: z.string().trim().min(1).max(200),
  severity,
  summary: z.string().trim().max(1_000).default(''),
  /** Seconds after the start of the drill. */
  afterSeconds: z.number().int().min(0).max(3_600).default(0),
});
export type DrillAlert = z.infer<typeof drillAlert>;

/** A stage, and how long after the start it may be reached at the latest. */
export const drillExpectation = z.object({ stage: drillStage, withinSeconds: z.number().int().min(1).max(14_400) });
export type DrillExpectation = z.infer<typeof drillExpectation>;

export const drillBody = z.object({
  name: z.string().trim().min(3).max(200),
  description: z.string().trim().max(2_000).default(''),
  alerts: z.array(drillAlert).min(1).max(50),
  expects: z.array(drillExpectation).min(1).max(DRILL_STAGES.length)
    .refine((expects) => new Set(expects.map(({ stage }) => stage)).size === expects.length, 'names a stage twice'),
  /** The runbook whose success the stage `runbook` means; null: any. */
  runbook: runbookId.nullable().default(null),
  /** It ends after so long, whatever has been reached. */
  maxMinutes: z.number().int().min(1).max(240).default(60),
  /** When it starts by itself, on the clock of a zone; null: by hand alone. */
  schedule: z.object({ timeZone: z.string().min(1).max(100), startsAt: localDateTime, rule: z.string().trim().min(1).max(500) }).nullable().default(null),
}).meta({ id: 'DrillBody' });
export type DrillBody = z.infer<typeof drillBody>;

export const drillOutcome = z.enum(['completed', 'timed_out', 'stopped']);
export type DrillOutcome = z.infer<typeof drillOutcome>;

export const drillRunSummary = z.object({
  id: drillRunId, drill: drillId, name: z.string(),
  state: z.enum(['running', 'ending', 'ended']), outcome: drillOutcome.nullable(),
  /** Why it was stopped. */
  reason: z.string().nullable(),
  startedAt: instant, startedBy: actor, deadline: instant, endedAt: instant.nullable(),
  incident: incidentNumber.nullable(),
  /** 0 to 100; null while it runs. */
  score: z.number().int().nullable(),
}).meta({ id: 'DrillRunSummary' });
export type DrillRunSummary = z.infer<typeof drillRunSummary>;

export const drillStageResult = z.object({
  stage: drillStage, withinSeconds: z.number().int(),
  state: z.enum(['waiting', 'reached', 'late', 'missed']),
  /** After the start; null while it is not reached. */
  afterSeconds: z.number().nullable(),
}).meta({ id: 'DrillStageResult' });
export type DrillStageResult = z.infer<typeof drillStageResult>;

export const drillReport = z.object({
  /** 0 to 100; null while the drill runs. */
  score: z.number().int().nullable(),
  /** How the score came about, in sentences. */
  reasons: z.array(z.string()),
  stages: z.array(drillStageResult),
  /** Steps of runbooks that failed. */
  failures: z.array(z.object({ run: runId, title: z.string(), step: z.string(), error: z.string() })),
  /** Runbooks that ran or should have, and cannot be relied on. */
  stale: z.array(z.object({ runbook: runbookId, title: z.string(), why: z.string() })),
  runs: z.array(z.object({ id: runId, runbook: runbookId, title: z.string(), state: z.string() })),
  /** Incidents that its alerts became; more than one means that they were not taken for one trouble. */
  incidents: z.array(incidentNumber),
}).meta({ id: 'DrillReport' });
export type DrillReport = z.infer<typeof drillReport>;

export const drillRun = drillRunSummary.extend({
  alertsSent: z.number().int(), alertsTotal: z.number().int(),
  /** Why alerts could not be sent, the last time that was so. */
  sendError: z.string().nullable(),
  report: drillReport,
}).meta({ id: 'DrillRun' });
export type DrillRun = z.infer<typeof drillRun>;
export const drillRunPage = page(drillRunSummary).meta({ id: 'DrillRunPage' });
export const drillRunListQuery = pageQuery.extend({ drill: drillId.optional() });

export const drill = drillBody.extend({
  id: drillId,
  /** When the schedule starts it next. */
  nextAt: instant.nullable(),
  lastRun: drillRunSummary.nullable(),
  version: z.number().int(),
}).meta({ id: 'Drill' });
export type Drill = z.infer<typeof drill>;
export const drillPage = page(drill).meta({ id: 'DrillPage' });
export const stopDrillBody = z.object({ reason: z.string().trim().min(3, 'say why in at least 3 characters').max(2_000) });
