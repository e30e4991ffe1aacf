/** Whether the constants lie on flat stretches: each moved by itself, and chosen with a category left out. */
import { createDetector } from '../../../backend/detection/index.ts';
import { TUNING, type Tuning } from '../../../backend/detection/tuning.ts';
import { judge, total, type SeriesResult } from './nab.ts';
import type { LabelledSeries } from './series.ts';
import { randomFrom } from '../../../backend/platform/seededRandom.ts';
import { weigh } from './trial.ts';

const MOVES: Readonly<Partial<Record<keyof Tuning, readonly number[]>>> = {
  threshold: [1.6, 1.8, 2.2, 2.5], restPoints: [90, 105, 135, 150], memoryPoints: [1000, 1500, 3000, 4000], ordinaryShare: [0.98, 0.985, 0.995, 0.998],
  smoothing: [0.05, 0.07, 0.13, 0.16], profileDays: [1, 3], profileGain: [0.1, 0.15, 0.25, 0.3], sustainedWeight: [0.25, 0.3, 0.4, 0.45],
  windows: [64, 88, 128], shapeLengths: [5, 7], shapeRadius: [0.3, 0.5], driftLengths: [4, 6], driftRadius: [0.15, 0.25], gapIntervals: [4, 1e9], warmUpPoints: [150, 250],
  restShare: [0.1, 0.5, 1e9], restBreak: [1.5, 3, 1e9], profilePoints: [300, 1200, 1e9], profileReach: [8, 32, 1e9],
};
const SHAKES = 5;

/** Indexes of what the detector calls anomalies. */
export function anomaliesIn(series: LabelledSeries, tuning: Partial<Tuning> = {}, alarmsAWeek?: number): number[] {
  const detector = createDetector(alarmsAWeek === undefined ? { tuning } : { tuning, alarmsAWeek });
  const found: number[] = [];
  series.values.forEach((value, at) => {
    if (detector.step(series.timesMs[at] ?? 0, value).anomaly) found.push(at);
  });
  return found;
}

/** The score of each value. */
export function scoresOf(series: LabelledSeries): Float64Array {
  const detector = createDetector();
  return series.values.map((value, at) => detector.step(series.timesMs[at] ?? 0, value).score);
}

const judgeAll = (series: readonly LabelledSeries[], tuning: Partial<Tuning>): SeriesResult[] => series.map((one) => judge(one, anomaliesIn(one, tuning)));

export interface ConstantRow {
  readonly name: keyof Tuning;
  readonly value: number;
  readonly scores: readonly (readonly [number, number])[];
  /** The constant chosen among these values with each category left out, judged there. */
  readonly heldOut: number;
}

/** Every constant moved by itself. */
export function moveConstants(series: readonly LabelledSeries[]): ConstantRow[] {
  const base = judgeAll(series, {});
  const names = Object.keys(TUNING).filter((name): name is keyof Tuning => name in MOVES);
  return names.map((name) => {
    const value = TUNING[name];
    const candidates = [{ setting: value, results: base }, ...(MOVES[name] ?? []).map((setting) => ({ setting, results: judgeAll(series, { [name]: setting }) }))];
    candidates.sort((a, b) => a.setting - b.setting);
    return { name, value, scores: candidates.map(({ setting, results }): readonly [number, number] => [setting, total(results)]), heldOut: weigh(series, candidates).heldOut };
  });
}

/** Scores with the series shaken: up to sixty points off the start, and noise of a hundredth of the standard deviation. */
export function shake(series: readonly LabelledSeries[]): number[] {
  return Array.from({ length: SHAKES }, (_, shaken) => total(series.map((one, index) => {
    const random = randomFrom(1000 * (shaken + 1) + index);
    const mean = one.values.reduce((sum, value) => sum + value, 0) / one.values.length;
    const sigma = Math.sqrt(one.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / one.values.length);
    const cut = Math.floor(random() * 60);
    const values = one.values.slice(cut).map((value) => value + 0.01 * sigma * (random() - 0.5));
    return judge(one, anomaliesIn({ ...one, values, timesMs: one.timesMs.slice(cut) }).map((at) => at + cut));
  })));
}
