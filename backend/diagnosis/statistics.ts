/** Robust statistics over values of which some may be missing (`NaN`). */

/** Up to here values are put in their places one by one: stretches are short, and there are hundreds of them for each metric. */
const FEW = 32;

/** The values that were measured, in growing order. */
export function sortedMeasured(values: readonly number[]): number[] {
  if (values.length > FEW) return [...Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort()];
  const sorted: number[] = [];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    let place = sorted.length;
    for (; place > 0 && (sorted[place - 1] ?? value) > value; place -= 1) sorted[place] = sorted[place - 1] ?? value;
    sorted[place] = value;
  }
  return sorted;
}

/** Quantile of values in growing order, linear between neighbours; `NaN` of none. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** Standard deviation as the distance between quartiles tells it: a few extreme values change nothing. */
export function robustSpread(sorted: readonly number[]): number {
  return sorted.length === 0 ? Number.NaN : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.349;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Covariances of two series over the rows that both have: enough for slope and correlation. */
export function covariance(xs: readonly number[], ys: readonly number[]): { xy: number; xx: number; yy: number } {
  const pairs = xs.flatMap((x, index) => {
    const y = ys[index] ?? Number.NaN;
    return Number.isNaN(x) || Number.isNaN(y) ? [] : [{ x, y }];
  });
  const meanX = mean(pairs.map(({ x }) => x));
  const meanY = mean(pairs.map(({ y }) => y));
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const { x, y } of pairs) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
  }
  return { xy, xx, yy };
}
