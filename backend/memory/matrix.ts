/** As much of linear algebra as comparing incidents needs: symmetric matrices as rows. */
export type Matrix = readonly Float64Array[];

/** The inverse of a symmetric positive definite matrix, by Cholesky's decomposition. O(n³). */
export function inverseOf(matrix: Matrix): Float64Array[] {
  const size = matrix.length;
  const lower = matrix.map((row) => row.slice());
  for (const [j, column] of lower.entries()) {
    for (let i = j; i < size; i += 1) {
      const row = lower[i] ?? column;
      let sum = row[j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (row[k] ?? 0) * (column[k] ?? 0);
      row[j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (column[j] ?? 1);
    }
  }
  return matrix.map((_, unit) => {
    const x = new Float64Array(size);
    for (const [i, row] of lower.entries()) {
      let sum = i === unit ? 1 : 0;
      for (let k = unit; k < i; k += 1) sum -= (row[k] ?? 0) * (x[k] ?? 0);
      x[i] = sum / (row[i] ?? 1);
    }
    for (let i = size - 1; i >= 0; i -= 1) {
      let sum = x[i] ?? 0;
      for (let k = i + 1; k < size; k += 1) sum -= (lower[k]?.[i] ?? 0) * (x[k] ?? 0);
      x[i] = sum / (lower[i]?.[i] ?? 1);
    }
    return x;
  });
}

/** Product with a vector. */
export function times(matrix: Matrix, vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 1) sum += (row[i] ?? 0) * (vector[i] ?? 0);
    return sum;
  });
}

/** Inner product. */
export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
