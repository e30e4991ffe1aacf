/** Ridge logistic regression by damped Newton steps; the bias is not shrunk. */

/** Solves a x = b by Gauss-Jordan elimination; rows of `a` are changed. */
function solve(a: number[][], b: number[]): number[] {
  const size = b.length;
  const rows = a.map((row, index) => [...row, b[index] ?? 0]);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column; row < size; row += 1) if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    const top = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = top;
    for (const [index, row] of rows.entries()) {
      if (index === column) continue;
      const factor = (row[column] ?? 0) / (top[column] ?? 1);
      for (let place = column; place <= size; place += 1) row[place] = (row[place] ?? 0) - factor * (top[place] ?? 0);
    }
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

export interface Example {
  readonly features: readonly number[];
  /** Added to the log odds as it is. */
  readonly offset: number;
  readonly hit: boolean;
}

/** Bias first, then one weight a feature. */
export function fitLogistic(examples: readonly Example[], ridge: number): number[] {
  const size = (examples[0]?.features.length ?? 0) + 1;
  const weights: number[] = Array.from({ length: size }, (_, index) => (index === 0 ? -3 : 0));
  for (let round = 0; round < 100; round += 1) {
    const gradient = new Array<number>(size).fill(0);
    const curve = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    for (const { features, offset, hit } of examples) {
      const x = [1, ...features];
      const odds = x.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), offset);
      const p = 1 / (1 + Math.exp(-odds));
      for (const [i, xi] of x.entries()) {
        gradient[i] = (gradient[i] ?? 0) + (p - (hit ? 1 : 0)) * xi;
        const row = curve[i] ?? [];
        for (const [j, xj] of x.entries()) row[j] = (row[j] ?? 0) + p * (1 - p) * xi * xj;
      }
    }
    for (let index = 0; index < size; index += 1) {
      const row = curve[index] ?? [];
      const shrink = index === 0 ? 1e-6 : ridge;
      gradient[index] = (gradient[index] ?? 0) + (index === 0 ? 0 : ridge * (weights[index] ?? 0));
      row[index] = (row[index] ?? 0) + shrink;
    }
    let most = 0;
    for (const [index, step] of solve(curve, gradient).entries()) {
      const damped = Math.max(-0.5, Math.min(0.5, step));
      weights[index] = (weights[index] ?? 0) - damped;
      most = Math.max(most, Math.abs(damped));
    }
    if (most < 1e-6) break;
  }
  return weights;
}
