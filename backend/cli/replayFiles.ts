/** The files of a recording: read, unpacked, checked line by line. */
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip, gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** The recording's zero: `at` counts milliseconds from here. */
export const RECORDING_START_MS = Date.UTC(2026, 2, 2, 6, 0, 0);

const delivery = z.looseObject({ at: z.number().nonnegative(), payload: z.looseObject({ alerts: z.array(z.unknown()) }) });
export type Delivery = z.infer<typeof delivery>;
const change = z.looseObject({ at: z.number().nonnegative(), service: z.string() });
const topology = z.looseObject({ services: z.array(z.looseObject({ name: z.string() })), edges: z.array(z.looseObject({ from: z.string(), to: z.string() })) });

async function* readLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new Error(`${path}, line ${line}: not JSON`, { cause: error });
    }
    const checked = schema.safeParse(value);
    if (!checked.success) throw new Error(`${path}, line ${line}: ${z.prettifyError(checked.error)}`);
    yield checked.data;
  }
}

/** Deliveries in the order of the file, one at a time. */
export function readDeliveries(path: string): AsyncGenerator<Delivery> {
  return readLines(path, delivery);
}

/** Counts the changes of the recording, having checked each. */
export async function countChanges(path: string): Promise<number> {
  let count = 0;
  for await (const _change of readLines(path, change)) count += 1;
  return count;
}

/** Counts services and edges of the topology, having checked it. */
export async function countTopology(path: string): Promise<{ services: number; edges: number }> {
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const { services, edges } = topology.parse(JSON.parse(text));
  return { services: services.length, edges: edges.length };
}

/** Writes one result file. */
export async function writeResult(dir: string, name: string, value: unknown): Promise<void> {
  await writeFile(join(dir, name), `${JSON.stringify(value, null, 1)}\n`);
}
