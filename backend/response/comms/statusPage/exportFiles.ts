/** Writes a page to a folder, so that any web server can send it when everything else is down. Each file is replaced at once, never half. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../../../platform/systemError.ts';
import type { PageFiles } from './snapshot.ts';

let written = 0;

async function replaceFile(path: string, body: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  written += 1;
  // In the same folder, so that the rename is one step. Several replicas may write the same one.
  const fresh = join(dirname(path), `.${process.pid}-${written}.tmp`);
  try {
    await writeFile(fresh, body, { mode: 0o644 });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

async function incidentsIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(join(dir, 'incidents'))).filter((name) => /^\d+\.html$/.test(name)).map((name) => `incidents/${name}`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

const OWN_FILES = ['index.html', 'history.html', 'style.css', 'status.json', 'rss.xml', 'atom.xml'];

/**
 * Writes what is new of the files, the start page last, and takes away what is not there any more. `before`: what is known to have
 * been written last; null: nothing is. Without files, everything of the page is taken away. Nothing else in the folder is touched.
 */
export async function exportFiles(root: string, folder: string, files: PageFiles, before: PageFiles | null): Promise<number> {
  const dir = join(root, folder);
  const changed = [...files].filter(([path, file]) => before?.get(path) !== file);
  const inOrder = changed.sort(([a], [b]) => Number(a === 'index.html') - Number(b === 'index.html'));
  for (const [path, { body }] of inOrder) await replaceFile(join(dir, path), body);
  const there = before === null ? [...OWN_FILES, ...(await incidentsIn(dir))] : [...before.keys()];
  for (const path of there) if (!files.has(path)) await rm(join(dir, path), { force: true });
  return changed.length;
}
