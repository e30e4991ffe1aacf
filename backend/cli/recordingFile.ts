/** One file of a recording: unpacked where its name ends in .gz, checked, and named in what is said of its faults. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import { RecordingError } from './recordingError.ts';

/** What a library says of its fault, when its code begins so: `Z_` of zlib, `CSV_` of the parser of tables; else null. */
export function faultOf(error: unknown, prefix: 'Z_' | 'CSV_'): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return null;
  return typeof error.code === 'string' && error.code.startsWith(prefix) ? String(error.message) : null;
}

/** A fault of unpacking, with the name of the file. */
function explainUnpacking(path: string, error: unknown): unknown {
  const fault = faultOf(error, 'Z_');
  return fault === null ? error : new RecordingError(`${path}: is no whole gzip file (${fault})`, { cause: error });
}

/** The value of a text that must be JSON of a shape; `where` names it. Throws `RecordingError`. */
export function readJson<T>(where: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new RecordingError(`${where}: is not JSON`, { cause: error });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new RecordingError(`${where}: ${checked.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`).join('; ')}`);
}

/** JSON line by line, each with its place. Throws `RecordingError`. */
export async function* readLines<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<{ where: string; item: T }> {
  const file = createReadStream(path);
  const input = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1;
      const where = `${path}, line ${line}`;
      if (text.replace(/^\uFEFF/, '').trim() !== '') yield { where, item: readJson(where, text, schema) };
    }
  } catch (error) {
    throw explainUnpacking(path, error);
  }
}

/** The whole text. Throws `RecordingError`. */
export async function readWhole(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return (/\.gz$/i.test(path) ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw explainUnpacking(path, error);
  }
}
