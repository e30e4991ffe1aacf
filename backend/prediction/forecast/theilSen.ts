/** The slope that half of all pairs of points are steeper than (Theil 1950, Sen 1968): outliers up to 29 % do not move it. */

function medianOf(values: Float64Array): number {
  values.sort();
  const middle = (values.length - 1) / 2;
  return ((values[Math.floor(middle)] ?? 0) + (values[Math.ceil(middle)] ?? 0)) / 2;
}

export interface Line {
  /** A step. */
  readonly slope: number;
  /** At the last point. */
  readonly end: number;
}

/** Line through points one step apart, the oldest first; null for fewer than three. */
export function theilSen(values: readonly number[]): Line | null {
  if (values.length < 3) return null;
  // Pairs at least a third of the window apart: the rest is mostly noise, and this is a third of the work.
  const apart = Math.max(1, Math.floor(values.length / 3));
  const pairs = values.length - apart;
  const slopes = new Float64Array((pairs * (pairs + 1)) / 2);
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    for (let j = i + apart; j < values.length; j += 1) {
      slopes[count] = ((values[j] ?? 0) - (values[i] ?? 0)) / (j - i);
      count += 1;
    }
  }
  const slope = medianOf(slopes);
  return { slope, end: medianOf(Float64Array.from(values, (value, index) => value + slope * (values.length - 1 - index))) };
}
