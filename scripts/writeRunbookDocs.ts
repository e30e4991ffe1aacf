/** Writes the reference of step kinds into docs/runbooks.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { withReference } from './runbookReference.ts';

const DOCUMENT = new URL('../docs/runbooks.md', import.meta.url);
await writeFile(DOCUMENT, withReference(await readFile(DOCUMENT, 'utf8')));
