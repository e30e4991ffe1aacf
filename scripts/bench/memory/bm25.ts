/** BM25, to compare with: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). */
import type { Counts } from '../../../backend/memory/space.ts';

const K1 = 1.2;
const B = 0.75;

/** Scores all documents for a text. */
export function bm25(documents: readonly Counts[], features: (text: string) => string[]): (query: string) => number[] {
  const lengths = documents.map((counts) => [...counts.values()].reduce((sum, count) => sum + count, 0));
  const average = lengths.reduce((sum, length) => sum + length, 0) / documents.length;
  const known = new Map<string, number>();
  for (const counts of documents) for (const feature of counts.keys()) known.set(feature, (known.get(feature) ?? 0) + 1);
  return (query) => {
    const asked = features(query);
    return documents.map((counts, index) => asked.reduce((sum, feature) => {
      const count = counts.get(feature) ?? 0;
      if (count === 0) return sum;
      const seen = known.get(feature) ?? 0;
      return sum + (Math.log(1 + (documents.length - seen + 0.5) / (seen + 0.5)) * count * (K1 + 1)) / (count + K1 * (1 - B + (B * (lengths[index] ?? 0)) / average));
    }, 0));
  };
}
