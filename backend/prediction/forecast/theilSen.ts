/** The slope that half of all pairs of points are steeper than (Theil 1950, Sen 1968): outliers up to 29 % do not move it. */

/** Puts the value that stands at a place in order there, smaller ones before it, greater ones behind it (Hoare 1961): all of them in order would be five times the work. */
function placed(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1] ?? 0;
    let [left, right] = [low, high];
    while (left <= right) {
      while ((values[left] ?? pivot) < pivot) left += 1;
      while ((values[right] ?? pivot) > pivot) right -= 1;
      if (left > right) break;
      const moved = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = moved;
      left += 1;
      right -= 1;
    }
    if (place <= right) high = right;
    else if (place >= left) low = left;
    else break;
  }
  return values[place] ?? 0;
}

/** The middle one; of an even number, the mean of the two in the middle. Changes the order of the values. */
export function medianOf(values: Float64Array): number {
  const upper = placed(values, values.length >>> 1);
  if (values.length % 2 === 1) return upper;
  let lower = values[0] ?? upper;
  for (let place = 1; place < values.length >>> 1; place += 1) {
    const value = values[place] ?? lower;
    if (value > lower) lower = value;
  }
  return (lower + upper) / 2;
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
