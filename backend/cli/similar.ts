/** `muster similar`: ranks remembered incidents by how like each query they are. Files as ../shared/data/postmortems has them. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { createLargeMemory } from '../memory/index.ts';
import { RecordingError } from './recordingError.ts';
import { readLines } from './recordingFile.ts';

export interface SimilarOptions {
  readonly docs: string;
  readonly queries: string;
  readonly out: string;
  /** Also similarities and reasons, into this file. */
  readonly reasons?: string;
}

const names = z.array(z.string()).nullish().transform((list) => list ?? []);
const document = z.looseObject({
  id: z.union([z.string(), z.number().transform(String)]), title: z.string().nullish().transform((title) => title ?? ''), text: z.string(),
  services: names, symptoms: names, alerts: z.record(z.string(), z.number().nonnegative()).nullish().transform((counts) => counts ?? {}),
});

async function readAll(path: string): Promise<z.infer<typeof document>[]> {
  const items = new Map<string, z.infer<typeof document>>();
  for await (const { where, item } of readLines(path, document)) {
    if (items.has(item.id)) throw new RecordingError(`${where}: a line above has the id ${JSON.stringify(item.id)}, too`);
    items.set(item.id, item);
  }
  return [...items.values()];
}

/** Writes for each query the ids of all documents, the most similar first; a query's own document is left out. */
export async function similar(options: SimilarOptions): Promise<void> {
  const documents = await readAll(options.docs);
  const queries = await readAll(options.queries);
  const memory = createLargeMemory(documents);
  const found = queries.map((query) => ({ query: query.id, similar: memory.similarTo(query, documents.length) }));
  await writeFile(options.out, `${JSON.stringify(Object.fromEntries(found.map(({ query, similar: ranked }) => [query, ranked.map(({ id }) => id)])), null, 1)}\n`);
  if (options.reasons !== undefined) await writeFile(options.reasons, `${JSON.stringify(Object.fromEntries(found.map(({ query, similar: ranked }) => [query, ranked.slice(0, 5)])), null, 1)}\n`);
  process.stdout.write(`${documents.length} documents, ${queries.length} queries\n`);
}
