/** Memory of many incidents: compared in several spaces, since the making of one grows with the third power of their number. */
import { createMemory, MOST_TOGETHER, type IncidentDocument, type Memory } from './similar.ts';

/** Remembers all of them, in blocks of one size; likenesses of several spaces are of one scale. */
export function createLargeMemory(known: readonly IncidentDocument[]): Memory {
  const count = Math.max(1, Math.ceil(known.length / MOST_TOGETHER));
  const size = Math.ceil(known.length / count);
  const blocks = Array.from({ length: count }, (_, block) => createMemory(known.slice(block * size, (block + 1) * size)));
  return {
    similarTo: (query, limit) => blocks.flatMap((memory) => memory.similarTo(query, limit)).sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1)).slice(0, limit),
  };
}
