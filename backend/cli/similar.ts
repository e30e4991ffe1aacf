/** `muster similar`: ranks remembered incidents by how like each query they are. Files as ../shared/data/postmortems has them. */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { createMemory } from '../memory/index.ts';
import { RecordingError } from './recordingError.ts';

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

async function readLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const items: T[] = [];
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    const where = `${path}, line ${line}`;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new RecordingError(`${where}: is not JSON`, { cause: error });
    }
    const checked = schema.safeParse(value);
    if (!checked.success) throw new RecordingError(`${where}: ${z.prettifyError(checked.error)}`);
    items.push(checked.data);
  }
  return items;
}

/** Writes for each query the ids of all documents, the most similar first; a query's own document is left out. */
export async function similar(options: SimilarOptions): Promise<void> {
  const documents = await readLines(options.docs, document);
  const queries = await readLines(options.queries, document);
  const memory = createMemory(documents);
  const found = queries.map((query) => ({ query: query.id, similar: memory.similarTo(query, documents.length) }));
  await writeFile(options.out, `${JSON.stringify(Object.fromEntries(found.map(({ query, similar: ranked }) => [query, ranked.map(({ id }) => id)])), null, 1)}\n`);
  if (options.reasons !== undefined) await writeFile(options.reasons, `${JSON.stringify(Object.fromEntries(found.map(({ query, similar: ranked }) => [query, ranked.slice(0, 5)])), null, 1)}\n`);
  process.stdout.write(`${documents.length} documents, ${queries.length} queries\n`);
}
