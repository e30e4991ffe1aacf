/**
 * A thread that holds the memory of one organisation: making it takes seconds of computing, which must not stand in the way
 * of requests. Documents come with the start; `ready` is said when it can be asked.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createLargeMemory, type IncidentQuery } from '../../memory/index.ts';
import { incidentDocument } from './document.ts';

const given = z.object({ documents: z.array(incidentDocument) }).parse(workerData);
const memory = createLargeMemory(given.documents);

parentPort?.on('message', ({ id, query, limit }: { readonly id: number; readonly query: IncidentQuery; readonly limit: number }) => {
  parentPort?.postMessage({ id, found: memory.similarTo(query, limit) });
});
parentPort?.postMessage('ready');
