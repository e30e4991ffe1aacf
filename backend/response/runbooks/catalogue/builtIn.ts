/** The runbooks that come with Muster: files of `backend/response/runbooks/builtIn/`. */
import { readdirSync, readFileSync } from 'node:fs';
import { readRunbookFile, type ReadRunbook } from './follow.ts';

const DIR = new URL('../builtIn/', import.meta.url);
let kept: readonly ReadRunbook[] | null = null;

/** Reads them, once in a process. */
export function builtInRunbooks(): readonly ReadRunbook[] {
  kept ??= readdirSync(DIR).filter((name) => name.endsWith('.yaml')).sort().map((name) => ({
    ...readRunbookFile({ path: `builtIn/${name}`, text: readFileSync(new URL(name, DIR), 'utf8') }), file: null,
  }));
  return kept;
}
