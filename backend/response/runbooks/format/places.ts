/** Where something stands in the text of a runbook. */
import { isMap, isNode, isScalar, type Document, type LineCounter, type Scalar } from 'yaml';

export type KeyPath = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** `steps[2].with.url`: a key as people write it. */
export function keyText(path: KeyPath): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}

function startOf(node: unknown): number | null {
  return isNode(node) && node.range ? node.range[0] : null;
}

/** Where a key stands; for what is missing, what it is missing in. */
function offsetOf(document: Document, path: KeyPath): number {
  for (let length = path.length; length > 0; length -= 1) {
    const container: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const name = path[length - 1];
    if (isMap(container)) {
      const pair = container.items.find((item) => isScalar(item.key) && String(item.key.value) === String(name));
      const start = startOf(pair?.key);
      if (start !== null) return start;
      continue;
    }
    const start = startOf(document.getIn(path.slice(0, length), true));
    if (start !== null) return start;
  }
  return 0;
}

/** How far from the left the content of a text over lines stands. */
function contentOf(source: string, scalar: Scalar): { start: number; indent: number } | null {
  if (!scalar.range) return null;
  const start = source.indexOf('\n', scalar.range[0]) + 1;
  const [, spaces] = /^(?:[ \t]*\n)*( *)\S/.exec(source.slice(start, scalar.range[1])) ?? [];
  return start === 0 || spaces === undefined ? null : { start, indent: spaces.length };
}

/** Offset of a place within a text; of the text itself where that cannot be told. */
function offsetIn(source: string, scalar: Scalar, position: number): number {
  const [start = 0, end = 0] = scalar.range ?? [];
  const value = typeof scalar.value === 'string' ? scalar.value : '';
  if (scalar.type === 'BLOCK_LITERAL') {
    const content = contentOf(source, scalar);
    if (content === null) return start;
    const before = value.slice(0, position);
    const line = before.split('\n').length - 1;
    let offset = content.start;
    for (let skipped = 0; skipped < line; skipped += 1) offset = source.indexOf('\n', offset) + 1;
    return offset + content.indent + (before.length - before.lastIndexOf('\n') - 1);
  }
  const quote = scalar.type === 'QUOTE_SINGLE' || scalar.type === 'QUOTE_DOUBLE' ? 1 : 0;
  return source.slice(start + quote, end - quote) === value ? start + quote + position : start;
}

export interface Places {
  /** Where the key of a path stands. */
  at(path: KeyPath): Place;
  /** Where a place within the text at a path stands, counted from 0. */
  within(path: KeyPath, position: number): Place;
}

/** Places in a parsed text. */
export function placesOf(source: string, document: Document, lines: LineCounter): Places {
  const toPlace = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    at: (path) => toPlace(offsetOf(document, path)),
    within(path, position) {
      const node: unknown = document.getIn(path, true);
      return toPlace(isScalar(node) ? offsetIn(source, node, position) : offsetOf(document, path));
    },
  };
}
