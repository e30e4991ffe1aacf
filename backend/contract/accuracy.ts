/** How often Muster's helpers were right, by what people said and what came, against a simple baseline; and those that are in shadow for it. */
import { z } from 'zod';
import { detectorId, detectorPrecision, detectorSelfShadow, detectorState } from './detectors.ts';
import { draftOutcomeCount } from './drafts.ts';
import { forecastCoverage } from './forecasts.ts';
import { actor, instant } from './primitives.ts';

export const HELPERS = ['correlation', 'detection', 'prediction', 'forecast', 'diagnosis', 'recommendation'] as const;
export const helper = z.enum(HELPERS).meta({ id: 'Helper' });
export type Helper = z.infer<typeof helper>;

/** Those that can be in shadow as a whole. Detectors go there one by one; without correlation there would be no incidents, so it is only said how it does. */
export const SHADOW_HELPERS = ['prediction', 'forecast', 'diagnosis', 'recommendation'] as const satisfies readonly Helper[];
export const shadowHelper = z.enum(SHADOW_HELPERS);
export type ShadowHelper = z.infer<typeof shadowHelper>;

/** `shadow`: what it says is kept and measured, but neither shown nor acted on. */
export const helperMode = z.enum(['live', 'shadow']);
export type HelperMode = z.infer<typeof helperMode>;

export const helperStanding = z.object({
  mode: helperMode,
  /** Null while nobody has ever changed it. */
  since: instant.nullable(), by: actor.nullable(), reason: z.string(),
  /** 0 at first. */
  version: z.number().int(),
}).meta({ id: 'HelperStanding' });
export type HelperStanding = z.infer<typeof helperStanding>;
export const putHelperModeBody = z.object({ helper: shadowHelper, mode: helperMode, reason: z.string().trim().min(3, 'say why in at least 3 characters').max(2_000) });

/** The score of so few answers may be anything in here, with 95 %. */
export const scoreInterval = z.object({ low: z.number(), high: z.number() }).meta({ id: 'ScoreInterval' });

export const accuracyFigures = z.object({
  /** How many answers are known. */
  judged: z.number().int(),
  /** 0 to 1; null where nothing is known. */
  score: z.number().nullable(),
  /** The same measure for the baseline. */
  baseline: z.number().nullable(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  /** Null where none can be given. */
  interval: scoreInterval.nullable(),
}).meta({ id: 'AccuracyFigures' });
export type AccuracyFigures = z.infer<typeof accuracyFigures>;

/** What was said on average, of how many answers, and how much of that came true; null where nothing was said. */
export const calibrationFigures = z.object({ count: z.number().int(), said: z.number().nullable(), came: z.number().nullable() }).meta({ id: 'CalibrationFigures' });
export type CalibrationFigures = z.infer<typeof calibrationFigures>;
/** The same by how sure it was. */
export const calibration = calibrationFigures.extend({ bins: z.array(calibrationFigures.extend({ from: z.number(), to: z.number(), interval: scoreInterval })) }).meta({ id: 'Calibration' });
export type Calibration = z.infer<typeof calibration>;

/** One detector in that time. */
export const detectorAccuracy = z.object({
  id: detectorId, name: z.string(),
  /** Null: it was removed. */
  state: detectorState.nullable(),
  precision: detectorPrecision,
  /** Findings judged wrong a week, and how many it may have; null where it was removed. */
  wrongAWeek: z.number(), allowedAWeek: z.number().nullable(),
  /** The weeks in which something was judged, the oldest first. */
  weeks: z.array(z.object({ from: instant, right: z.number().int(), wrong: z.number().int() })),
  /** Null where it did not put itself to shadow, or somebody let it alert since. */
  selfShadow: detectorSelfShadow.nullable(),
}).meta({ id: 'DetectorAccuracy' });
export type DetectorAccuracy = z.infer<typeof detectorAccuracy>;

export const helperAccuracy = z.object({
  helper,
  /** What the score is: pairwise F1, share of findings that were right, Brier score, share of causes that stood first, share of incidents that the first runbook ended. */
  measure: z.enum(['f1', 'right', 'brier', 'first', 'ended']),
  lowerIsBetter: z.boolean(),
  total: accuracyFigures,
  /** The oldest first; weeks of which nothing is known are among them. */
  weeks: z.array(accuracyFigures.extend({ from: instant, calibration: calibrationFigures })),
  /** How sure it said to be, beside how often it was right. */
  calibration,
  /** `worse`: two weeks in a row, with enough answers in each, it did worse than its baseline, and more so than luck explains. `better`: in all it did better than luck explains. */
  verdict: z.enum(['better', 'worse', 'unknown']),
  /** At most so likely luck alone gives that verdict to a helper as good as its baseline; null where nothing is said. */
  chance: z.number().nullable(),
  /** Mean of one over the place of what helped; null where nothing is put in order. */
  reciprocalRank: z.number().nullable(), baselineReciprocalRank: z.number().nullable(),
  /** Null for what is not in shadow as a whole. */
  standing: helperStanding.nullable(),
}).meta({ id: 'HelperAccuracy' });
export type HelperAccuracy = z.infer<typeof helperAccuracy>;

export const accuracyQuery = z.object({ weeks: z.coerce.number().int().min(1).max(52).default(12) });
export const accuracy = z.object({
  from: instant, to: instant, helpers: z.array(helperAccuracy),
  /** Of what was said of limits, how often the 80 % held. */
  forecasts: forecastCoverage,
  /** Those that found something or are in shadow by themselves; those first, then the ones with most wrong findings. */
  detectors: z.array(detectorAccuracy),
  /** What became of drafts, ever since. */
  drafts: z.array(draftOutcomeCount),
}).meta({ id: 'Accuracy' });
export type Accuracy = z.infer<typeof accuracy>;
