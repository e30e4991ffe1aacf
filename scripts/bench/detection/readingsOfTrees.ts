/** Two more methods to choose from: streaming half-space trees and the spectral residual. */
import type { Method } from './readings.ts';
import { randomFrom } from './synthetic.ts';

const TREES = 25;
const DEPTH = 8;
const WINDOW = 250;
const LAGS = 6;

/** Streaming half-space trees over the last values, scaled to their range (Tan, Ting & Liu 2011): few points in the half spaces of a value make it unusual. */
export const halfSpaceTrees: Method = ({ values }) => {
  const random = randomFrom(7);
  const nodes = 1 << (DEPTH + 1);
  const trees = Array.from({ length: TREES }, () => ({
    lag: Uint8Array.from({ length: nodes }, () => Math.floor(random() * LAGS)),
    cut: Float32Array.from({ length: nodes }, () => random()),
    last: new Uint16Array(nodes),
    now: new Uint16Array(nodes),
  }));
  const point = new Float32Array(LAGS);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  return Float32Array.from(values, (value, at) => {
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (at < LAGS) return 0;
    for (let lag = 0; lag < LAGS; lag += 1) point[lag] = high > low ? ((values[at - lag] ?? 0) - low) / (high - low) : 0;
    let mass = 0;
    for (const tree of trees) {
      let node = 1;
      const from = new Float32Array(LAGS);
      const to = new Float32Array(LAGS).fill(1);
      for (let depth = 0; depth <= DEPTH; depth += 1) {
        tree.now[node] = (tree.now[node] ?? 0) + 1;
        if (depth === DEPTH || (tree.last[node] ?? 0) < 25) {
          mass += (tree.last[node] ?? 0) * 2 ** depth;
          if (depth === DEPTH) break;
        }
        const lag = tree.lag[node] ?? 0;
        const cut = (from[lag] ?? 0) + ((to[lag] ?? 0) - (from[lag] ?? 0)) * (0.25 + 0.5 * (tree.cut[node] ?? 0));
        const isAbove = (point[lag] ?? 0) > cut;
        if (isAbove) from[lag] = cut;
        else to[lag] = cut;
        node = 2 * node + (isAbove ? 1 : 0);
      }
    }
    if (at % WINDOW === 0) {
      for (const tree of trees) {
        tree.last.set(tree.now);
        tree.now.fill(0);
      }
    }
    return at < 2 * WINDOW ? 0 : 1 / (1 + mass / (TREES * WINDOW));
  });
};

const SPAN = 64;
const COS = Float64Array.from({ length: SPAN }, (_, at) => Math.cos((2 * Math.PI * at) / SPAN));
const SIN = Float64Array.from({ length: SPAN }, (_, at) => Math.sin((2 * Math.PI * at) / SPAN));

/** The last point of the saliency map of the newest window: what is left of its spectrum without the smooth part (Ren et al. 2019). */
export const spectralResidual: Method = ({ values }) => {
  const real = new Float64Array(SPAN);
  const imaginary = new Float64Array(SPAN);
  const logs = new Float64Array(SPAN);
  const saliency = new Float64Array(SPAN);
  return Float32Array.from(values, (_, at) => {
    if (at < SPAN) return 0;
    for (let k = 0; k < SPAN; k += 1) {
      let re = 0;
      let im = 0;
      for (let n = 0; n < SPAN; n += 1) {
        const value = values[at - SPAN + 1 + n] ?? 0;
        re += value * (COS[(k * n) % SPAN] ?? 0);
        im -= value * (SIN[(k * n) % SPAN] ?? 0);
      }
      real[k] = re;
      imaginary[k] = im;
      logs[k] = Math.log(Math.hypot(re, im) + 1e-9);
    }
    let mean = 0;
    for (let n = 0; n < SPAN; n += 1) {
      let re = 0;
      let im = 0;
      for (let k = 0; k < SPAN; k += 1) {
        const around = ((logs[(k + SPAN - 1) % SPAN] ?? 0) + (logs[k] ?? 0) + (logs[(k + 1) % SPAN] ?? 0)) / 3;
        const amplitude = Math.exp((logs[k] ?? 0) - around) / (Math.hypot(real[k] ?? 0, imaginary[k] ?? 0) + 1e-9);
        const a = amplitude * (real[k] ?? 0);
        const b = amplitude * (imaginary[k] ?? 0);
        re += a * (COS[(k * n) % SPAN] ?? 0) - b * (SIN[(k * n) % SPAN] ?? 0);
        im += a * (SIN[(k * n) % SPAN] ?? 0) + b * (COS[(k * n) % SPAN] ?? 0);
      }
      saliency[n] = Math.hypot(re, im);
      mean += (saliency[n] ?? 0) / SPAN;
    }
    return mean === 0 ? 0 : Math.max(0, ((saliency[SPAN - 1] ?? 0) - mean) / mean);
  });
};
