/** Where something stands in a YAML text. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Path } from './jsonEdit.ts';

/** The line of what stands at a path, from 1; null when nothing does. */
export function lineOfPath(source: string, path: Path): number | null {
  const lines = new LineCounter();
  const found: unknown = parseDocument(source, { lineCounter: lines, prettyErrors: false }).getIn([...path], true);
  const start = isNode(found) ? found.range?.[0] : undefined;
  return start === undefined ? null : lines.linePos(start).line;
}
