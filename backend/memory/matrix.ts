/** As much of linear algebra as comparing incidents needs: matrices as rows. */
export type Matrix = readonly Float64Array[];

/** Takes `factor` times one row from another. */
function takeAway(row: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < row.length; i += 1) row[i] = (row[i] ?? 0) - factor * (other[i] ?? 0);
}

/** The inverse of a symmetric positive definite matrix, by Gauss and Jordan in place; such a one needs no pivoting. O(n³). */
export function inverseOf(matrix: Matrix): Float64Array[] {
  const rows = matrix.map((row) => row.slice());
  for (const [k, pivotRow] of rows.entries()) {
    const pivot = pivotRow[k] ?? 1;
    pivotRow[k] = 1;
    for (let i = 0; i < pivotRow.length; i += 1) pivotRow[i] = (pivotRow[i] ?? 0) / pivot;
    for (const row of rows) {
      if (row === pivotRow) continue;
      const factor = row[k] ?? 0;
      row[k] = 0;
      takeAway(row, factor, pivotRow);
    }
  }
  return rows;
}

/** Inner product. */
export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Product with a vector. */
export function times(matrix: Matrix, vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => inner(row, vector));
}
