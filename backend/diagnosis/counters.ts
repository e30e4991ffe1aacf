/** Counters only grow, until they begin anew: what they say is how fast they grow. Their names do not always tell. */

/** Fewer steps say too little. */
const LEAST_STEPS = 30;
/** A counter grows in this share of its steps at least; a level that only moves now and then is none. */
const LEAST_GROWING = 0.5;
/** A fall is a new beginning when so little of the value is left; and there are few. */
const LEFT = 0.5;
const MOST_FALLS = 0.02;
/** So many usual distances between rows make a gap, across which nothing is counted. */
const GAP_STEPS = 3;

/** Whether values in the order of time are a counter's. */
export function isCounter(values: readonly number[]): boolean {
  let before = Number.NaN;
  let [steps, growing, falls] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value < 0) return false;
    if (value < before) {
      falls += 1;
      if (value > LEFT * before) return false;
    } else if (value > before) growing += 1;
    if (!Number.isNaN(before)) steps += 1;
    before = value;
  }
  return steps >= LEAST_STEPS && growing >= LEAST_GROWING * steps && falls <= Math.max(1, MOST_FALLS * steps);
}

/** What a counter grew by a second, row by row; `NaN` where the row before is missing or far, and where it began anew. */
export function growthOf(values: readonly number[], timesMs: readonly number[]): number[] {
  const steps = timesMs.slice(1).map((at, row) => at - (timesMs[row] ?? at)).filter((step) => step > 0).sort((a, b) => a - b);
  const most = GAP_STEPS * (steps[Math.floor(steps.length / 2)] ?? 0);
  return values.map((value, row) => {
    const elapsed = (timesMs[row] ?? 0) - (timesMs[row - 1] ?? Number.NEGATIVE_INFINITY);
    const grown = value - (values[row - 1] ?? Number.NaN);
    return elapsed > 0 && elapsed <= most && grown >= 0 ? (grown * 1000) / elapsed : Number.NaN;
  });
}
