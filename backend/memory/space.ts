/** Texts as vectors of weighted features, and how alike two of them are given all others. */
import { inner, inverseOf, times } from './matrix.ts';

export type Counts = ReadonlyMap<string, number>;
type Vector = ReadonlyMap<string, number>;

export interface Space {
  /** How like each document a text is, 0 to 1, in the order of the documents. */
  compare(counts: Counts): Float64Array;
  /** Features that a text shares with a document, by what they add to their likeness. */
  shared(counts: Counts, document: number): { readonly feature: string; readonly weight: number }[];
}

/**
 * How much of what only few documents have in common is set aside, in units of one document: each direction of the
 * space counts λ/(λ+µ), where λ is how much of all documents lies in it. That is latent semantic indexing with a soft end
 * instead of a number of dimensions, which would have to be chosen anew for every collection; it needs no eigenvectors.
 */
const SET_ASIDE = 1;

/** Counts with weights: `weights[i]` for each feature of the i-th list. */
export function countsOf(lists: readonly (readonly [features: readonly string[], weight: number])[]): Counts {
  const counts = new Map<string, number>();
  for (const [features, weight] of lists) for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + weight);
  return counts;
}

/** The space of some documents. O(n³) in their number: for some hundreds. */
export function createSpace(documents: readonly Counts[], setAside = SET_ASIDE): Space {
  const inDocuments = new Map<string, number>();
  for (const counts of documents) for (const feature of counts.keys()) inDocuments.set(feature, (inDocuments.get(feature) ?? 0) + 1);

  function vectorOf(counts: Counts): Vector {
    const vector = new Map<string, number>();
    let squares = 0;
    for (const [feature, count] of counts) {
      const known = inDocuments.get(feature);
      if (known === undefined) continue;
      const weight = (1 + Math.log(Math.max(1, count))) * Math.log((documents.length + 1) / (known + 0.5));
      if (weight <= 0) continue;
      vector.set(feature, weight);
      squares += weight * weight;
    }
    const length = Math.sqrt(squares) || 1;
    for (const [feature, weight] of vector) vector.set(feature, weight / length);
    return vector;
  }

  const vectors = documents.map(vectorOf);
  const postings = new Map<string, { readonly document: number; readonly weight: number }[]>();
  for (const [document, vector] of vectors.entries()) {
    for (const [feature, weight] of vector) {
      const list = postings.get(feature);
      if (list === undefined) postings.set(feature, [{ document, weight }]);
      else list.push({ document, weight });
    }
  }

  /** Cosine with each document. */
  function plainLikeness(vector: Vector): Float64Array {
    const sums = new Float64Array(vectors.length);
    for (const [feature, weight] of vector) for (const other of postings.get(feature) ?? []) sums[other.document] = (sums[other.document] ?? 0) + weight * other.weight;
    return sums;
  }

  const likeness = vectors.map(plainLikeness);
  const damped = inverseOf(likeness.map((row, i) => row.map((value, j) => (i === j ? value + setAside : value))));
  const smooth = (vector: Float64Array): Float64Array => times(likeness, times(damped, vector));
  // Length of each document once every direction counts λ/(λ+µ): diagonal of H G H, H = G (G + µ)⁻¹.
  const lengths = Float64Array.from(vectors, (_, index) => {
    const unit = new Float64Array(vectors.length);
    unit[index] = 1;
    const smoothed = smooth(unit);
    return Math.sqrt(Math.max(inner(smoothed, times(likeness, smoothed)), 1e-12));
  });

  return {
    compare(counts) {
      const vector = vectorOf(counts);
      const plain = plainLikeness(vector);
      const inverse = times(damped, plain);
      const length = Math.sqrt(Math.max(inner(inverse, times(likeness, inverse)), 1e-12));
      return smooth(smooth(plain)).map((value, index) => Math.max(0, Math.min(1, value / length / (lengths[index] ?? 1))));
    },
    shared(counts, document) {
      const vector = vectorOf(counts);
      const other = vectors[document] ?? new Map<string, number>();
      return [...vector].map(([feature, weight]) => ({ feature, weight: weight * (other.get(feature) ?? 0) }))
        .filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight || (a.feature < b.feature ? -1 : 1));
    },
  };
}
