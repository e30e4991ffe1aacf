/** Puts figures into a document. */
import { readFile, writeFile } from 'node:fs/promises';

/** Replaces what stands between `<!-- name: begin -->` and `<!-- name: end -->`. */
export async function putBetween(path: string, name: string, lines: readonly string[]): Promise<void> {
  const text = await readFile(path, 'utf8');
  const marks = { begin: `<!-- ${name}: begin -->`, end: `<!-- ${name}: end -->` };
  const [begin, end] = [text.indexOf(marks.begin), text.indexOf(marks.end)];
  if (begin === -1 || end < begin) throw new Error(`${path} has no ${marks.begin} and ${marks.end}`);
  await writeFile(path, `${text.slice(0, begin + marks.begin.length)}\n\n${lines.join('\n')}\n${text.slice(end)}`);
}
