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
  const postings = new Map<string, { readonly documents: number[]; readonly weights: number[] }>();
  for (const [document, vector] of vectors.entries()) {
    for (const [feature, weight] of vector) {
      const list = postings.get(feature);
      if (list === undefined) postings.set(feature, { documents: [document], weights: [weight] });
      else {
        list.documents.push(document);
        list.weights.push(weight);
      }
    }
  }

  /** Cosine with each document. */
  function plainLikeness(vector: Vector): Float64Array {
    const sums = new Float64Array(vectors.length);
    for (const [feature, weight] of vector) {
      const list = postings.get(feature);
      if (list === undefined) continue;
      const { documents: places, weights } = list;
      for (let i = 0; i < places.length; i += 1) {
        const place = places[i] ?? 0;
        sums[place] = (sums[place] ?? 0) + weight * (weights[i] ?? 0);
      }
    }
    return sums;
  }

  const likeness = vectors.map(plainLikeness);
  const damped = inverseOf(likeness.map((row, i) => row.map((value, j) => (i === j ? value + setAside : value))));
  // With G for likeness and K for (G + µ)⁻¹, weights λ/(λ+µ) are the matrix H = G K = 1 - µ K: no need to multiply by G.
  const smooth = (vector: Float64Array): Float64Array => {
    const inverse = times(damped, vector);
    return vector.map((value, index) => value - setAside * (inverse[index] ?? 0));
  };
  // Length of each document then: diagonal of H G H = G - 2 µ + 3 µ² K - µ³ K².
  const lengths = Float64Array.from(damped, (row, index) => {
    const square = (likeness[index]?.[index] ?? 1) - 2 * setAside + 3 * setAside ** 2 * (row[index] ?? 0) - setAside ** 3 * inner(row, row);
    return Math.sqrt(Math.max(square, 1e-12));
  });

  return {
    compare(counts) {
      const vector = vectorOf(counts);
      const plain = plainLikeness(vector);
      const inverse = times(damped, plain);
      // The text's own length: s K G K s = s K s - µ s K² s.
      const length = Math.sqrt(Math.max(inner(plain, inverse) - setAside * inner(inverse, inverse), 1e-12));
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
