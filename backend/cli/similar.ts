/** `muster similar`: ranks remembered incidents by how like each query they are. Files as ../shared/data/postmortems has them. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { createMemory } from '../memory/index.ts';
import { readLines } from './recordingFile.ts';

export interface SimilarOptions {
  readonly docs: string;
  readonly queries: string;
  readonly out: string;
  /** Also similarities and reasons, into this file. */
  readonly reasons?: string;
}

const facets = {
  services: z.array(z.string()).default([]), symptoms: z.array(z.string()).default([]), alerts: z.record(z.string(), z.number().nonnegative()).default({}),
};
const document = z.looseObject({ id: z.string(), title: z.string().default(''), text: z.string(), ...facets });

async function readAll<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const { item } of readLines(path, schema)) items.push(item);
  return items;
}

/** Writes for each query the ids of all documents, the most similar first; a query's own document is left out. */
export async function similar(options: SimilarOptions): Promise<void> {
  const documents = await readAll(options.docs, document);
  const queries = await readAll(options.queries, document);
  const memory = createMemory(documents);
  const found = queries.map((query) => ({ query: query.id, similar: memory.similarTo(query, documents.length) }));
  await writeFile(options.out, `${JSON.stringify(Object.fromEntries(found.map(({ query, similar: ranked }) => [query, ranked.map(({ id }) => id)])), null, 1)}\n`);
  if (options.reasons !== undefined) await writeFile(options.reasons, `${JSON.stringify(Object.fromEntries(found.map(({ query, similar: ranked }) => [query, ranked.slice(0, 5)])), null, 1)}\n`);
  process.stdout.write(`${documents.length} documents, ${queries.length} queries\n`);
}
