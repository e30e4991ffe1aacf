/**
 * VUS-PR (Paparrizos et al. 2022): the area under precision and recall over all thresholds, averaged over how far beyond its ends a
 * labelled range still counts in part. No threshold is chosen, nothing is adjusted; a range counts only as far as it is found at all.
 */
import type { LabelledSeries } from './series.ts';

const REACHES = [0, 25, 50, 75, 100];
const THRESHOLDS = 250;

/** 1 within a range, falling to 0 at `reach` points beyond its ends. */
function softLabels(series: LabelledSeries, reach: number): Float64Array {
  const labels = new Float64Array(series.values.length);
  for (const [from, to] of series.windows) {
    for (let at = Math.max(0, from - reach); at <= Math.min(labels.length - 1, to + reach); at += 1) {
      const beyond = Math.max(from - at, at - to, 0);
      labels[at] = Math.max(labels[at] ?? 0, Math.sqrt(1 - beyond / (reach + 1)));
    }
  }
  return labels;
}

function rangeArea(series: LabelledSeries, scores: ArrayLike<number>, thresholds: readonly number[], reach: number): number {
  const labels = softLabels(series, reach);
  const hard = series.windows.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const positives = (hard + labels.reduce((sum, label) => sum + label, 0)) / 2;
  let area = 0;
  let before = 0;
  for (const threshold of thresholds) {
    let called = 0;
    let hits = 0;
    for (let at = series.trial; at < labels.length; at += 1) {
      if ((scores[at] ?? 0) < threshold) continue;
      called += 1;
      hits += labels[at] ?? 0;
    }
    const met = series.windows.filter(([from, to]) => Array.from({ length: to - from + 1 }, (_, step) => from + step).some((at) => (scores[at] ?? 0) >= threshold)).length;
    const recall = Math.min(1, hits / positives) * (met / series.windows.length);
    area += (called === 0 ? 1 : hits / called) * Math.max(0, recall - before);
    before = Math.max(before, recall);
  }
  return area;
}

/** Of one series, 0 to 1; null where nothing is labelled. The trial does not count. */
export function vusPr(series: LabelledSeries, scores: ArrayLike<number>): number | null {
  if (series.windows.length === 0) return null;
  const sorted = Float64Array.from(scores).slice(series.trial).sort();
  const thresholds = [...new Set(Array.from({ length: THRESHOLDS }, (_, step) => sorted[Math.floor((1 - step / (THRESHOLDS - 1)) * (sorted.length - 1))] ?? 0))];
  return REACHES.reduce((sum, reach) => sum + rangeArea(series, scores, thresholds, reach), 0) / REACHES.length;
}
