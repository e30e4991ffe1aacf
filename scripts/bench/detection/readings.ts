/**
 * Readings of simple online methods that the detector was chosen from: how unusual each value is, causally, before anything is
 * brought to a common unit. Written anew from the published ideas; each names its source.
 */
import type { LabelledSeries } from './series.ts';

export type Method = (series: LabelledSeries) => Float32Array;

const MEMORY = 2000;

/** An alarm every so often, whatever comes: what the score gives for nothing. */
export const periodic: Method = ({ values }) => Float32Array.from(values, () => 1);

/** Deviation of the smoothed value (or of its change) from its long mean, in standard deviations; outliers count as `most`. */
export function deviation(options: { readonly gain: number; readonly ofChange?: boolean; readonly most?: number }): Method {
  const { gain, ofChange = false, most = Number.POSITIVE_INFINITY } = options;
  return ({ values }) => {
    let mean = 0;
    let variance = 0;
    let level = 0;
    let before = values[0] ?? 0;
    return Float32Array.from(values, (value, at) => {
      const input = ofChange ? Math.abs(value - before) : value;
      before = value;
      const rate = Math.max(1 / MEMORY, 1 / (at + 1));
      level = at === 0 ? input : level + Math.max(gain, 1 / (at + 1)) * (input - level);
      const sigma = Math.sqrt(variance);
      const reading = at < 50 || sigma === 0 ? 0 : Math.abs(level - mean) / sigma;
      const step = at < 50 || sigma === 0 ? level - mean : Math.max(-most * sigma, Math.min(most * sigma, level - mean));
      mean += rate * step;
      variance = (1 - rate) * (variance + rate * step * step);
      return reading;
    });
  };
}

/** Values in running standard deviations from the running mean. */
function standardised(values: Float64Array): Float32Array {
  let mean = 0;
  let variance = 0;
  return Float32Array.from(values, (value, at) => {
    const rate = Math.max(1 / MEMORY, 1 / (at + 1));
    const step = value - mean;
    mean += rate * step;
    variance = (1 - rate) * (variance + rate * step * step);
    return variance > 0 ? (value - mean) / Math.sqrt(variance) : 0;
  });
}

/** Mean distance to the nearest neighbours among the last windows: KNN-CAD without its covariance (Burnaev & Ishimtsev 2016). */
export function nearestNeighbours(options: { readonly lags: number; readonly kept: number; readonly neighbours: number }): Method {
  const { lags, kept, neighbours } = options;
  return ({ values }) => {
    const z = standardised(values);
    const best = new Float64Array(neighbours);
    return Float32Array.from(z, (_, at) => {
      const oldest = Math.max(lags, at - kept);
      if (at - oldest < 50) return 0;
      best.fill(Number.POSITIVE_INFINITY);
      for (let other = oldest; other < at; other += 1) {
        const most = best[neighbours - 1] ?? 0;
        let distance = 0;
        for (let lag = 0; lag < lags && distance < most; lag += 1) distance += ((z[at - lag] ?? 0) - (z[other - lag] ?? 0)) ** 2;
        if (distance >= most) continue;
        let place = neighbours - 1;
        for (; place > 0 && (best[place - 1] ?? 0) > distance; place -= 1) best[place] = best[place - 1] ?? 0;
        best[place] = distance;
      }
      return best.reduce((sum, distance) => sum + Math.sqrt(distance), 0) / neighbours;
    });
  };
}

/** Share of contexts (the newest values in eighths of the range, one to five deep) never met before: the idea of CAD OSE (Smirnov 2016), hashed. */
export const contexts: Method = ({ values }) => {
  const met = new Uint8Array(1 << 14);
  const eighths = new Uint8Array(values.length);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  return Float32Array.from(values, (value, at) => {
    low = Math.min(low, value);
    high = Math.max(high, value);
    eighths[at] = high > low ? Math.min(7, Math.floor(((value - low) / (high - low)) * 8)) : 0;
    if (at < 5) return 0;
    let fresh = 0;
    let all = 0;
    for (let depth = 0; depth < 5; depth += 1) {
      let hash = 17 + depth * 7919;
      for (let lag = 0; lag <= depth; lag += 1) {
        hash = Math.imul(hash ^ ((eighths[at - lag] ?? 0) + 1), 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      const place = Math.imul(hash, 0x85ebca6b) >>> 18;
      all += 1 / (depth + 1);
      if (met[place] === 0) fresh += 1 / (depth + 1);
      met[place] = 1;
    }
    return fresh / all;
  });
};

/** Distance to the nearest category of fuzzy adaptive resonance over the last eight values (Carpenter, Grossberg & Rosen 1991; the idea of ARTime, Hampton 2022). */
export const resonance: Method = ({ values }) => {
  const length = 8;
  const vigilance = 0.85;
  const most = 100;
  const categories: { readonly weights: Float32Array; used: number }[] = [];
  const input = new Float32Array(2 * length);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  return Float32Array.from(values, (value, at) => {
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (at < length) return 0;
    for (let lag = 0; lag < length; lag += 1) {
      const scaled = high > low ? ((values[at - lag] ?? 0) - low) / (high - low) : 0;
      input[lag] = scaled;
      input[length + lag] = 1 - scaled;
    }
    let chosen = null;
    let closest = 0;
    for (const category of categories) {
      let match = 0;
      for (let place = 0; place < 2 * length; place += 1) match += Math.min(input[place] ?? 0, category.weights[place] ?? 0);
      if (match / length > closest) {
        closest = match / length;
        chosen = category;
      }
    }
    if (chosen === null || closest < vigilance) {
      if (categories.length >= most) categories.splice(categories.findIndex((one) => one.used === Math.min(...categories.map(({ used }) => used))), 1);
      categories.push({ weights: Float32Array.from(input), used: at });
    } else {
      chosen.used = at;
      for (let place = 0; place < 2 * length; place += 1) chosen.weights[place] = 0.3 * Math.min(input[place] ?? 0, chosen.weights[place] ?? 0) + 0.7 * (chosen.weights[place] ?? 0);
    }
    return 1 - closest;
  });
};
