/**
 * A thread that holds the memory of one organisation: making it takes seconds of computing, which must not stand in the way
 * of requests. Documents come with the start; `ready` is said when it can be asked.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createMemory, type IncidentQuery, type SimilarIncident } from '../../memory/index.ts';
import { incidentDocument } from './document.ts';

const given = z.object({ documents: z.array(incidentDocument) }).parse(workerData);
/** So many are compared in one space, since its making grows with the third power of their number; likenesses of several spaces are of one scale. */
const BLOCK = 400;
const blocks = Array.from({ length: Math.ceil(given.documents.length / BLOCK) }, (_, block) => createMemory(given.documents.slice(block * BLOCK, (block + 1) * BLOCK)));

function similarTo(query: IncidentQuery, limit: number): SimilarIncident[] {
  return blocks.flatMap((memory) => memory.similarTo(query, limit)).sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1)).slice(0, limit);
}

parentPort?.on('message', ({ id, query, limit }: { readonly id: number; readonly query: IncidentQuery; readonly limit: number }) => {
  parentPort?.postMessage({ id, found: similarTo(query, limit) });
});
parentPort?.postMessage('ready');
