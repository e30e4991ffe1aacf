/** Where things stand in a YAML text. Offsets are counted from 0. */
import { isCollection, isMap, isNode, isScalar, isSeq, type Document, type Node, type Pair } from 'yaml';
import type { Path } from './jsonEdit.ts';

/** A key with its value in a mapping, or an item of a list. */
export interface Place {
  readonly node: Node | null;
  /** Where the key begins, or the dash of an item. */
  readonly start: number;
  /** Just behind the colon or the dash. */
  readonly afterMark: number;
  readonly block: boolean;
}

/** Start of the line that the offset is in. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** End of the line that the offset is in, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

/** How far from the left the offset is. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether a collection is written over lines, without brackets. */
export function isBlock(node: unknown): boolean {
  return isCollection(node) && node.flow !== true;
}

/** Where the text of a node begins; null when it has none. */
export function startOf(node: unknown): number | null {
  return isNode(node) && node.range ? node.range[0] : null;
}

/** Where the text of a node ends, without comments and line breaks behind it. */
export function endOf(text: string, node: Node): number {
  const last = isMap(node) || isSeq(node) ? node.items.at(-1) : undefined;
  if (isBlock(node) && last !== undefined) return isMap(node) || 'key' in Object(last) ? endOfPair(text, last) : isNode(last) ? endOf(text, last) : 0;
  let end = node.range?.[1] ?? 0;
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) while (end > 0 && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1;
  return end;
}

/** Where a key with its value ends. */
export function endOfPair(text: string, pair: unknown): number {
  if (typeof pair !== 'object' || pair === null || !('key' in pair) || !('value' in pair)) return 0;
  if (isNode(pair.value) && (startOf(pair.value) ?? 0) < (pair.value.range?.[1] ?? 0)) return endOf(text, pair.value);
  const end = isNode(pair.key) ? endOf(text, pair.key) : 0;
  const colon = text.indexOf(':', end);
  return colon === -1 ? end : colon + 1;
}

function pairOf(node: unknown, name: string): Pair | undefined {
  return isMap(node) ? node.items.find((pair) => (isScalar(pair.key) ? String(pair.key.value) : pair.key) === name) : undefined;
}

function markBefore(text: string, mark: string, from: number, to: number): number | null {
  const at = text.lastIndexOf(mark, to - 1);
  return at < from ? null : at;
}

/** The node at a path; undefined when there is none. */
export function nodeAt(document: Document, path: Path): unknown {
  return path.length === 0 ? document.contents : document.getIn([...path], true);
}

/** Where a path stands; null when it does not, or not so that its text can be told. */
export function placeOf(document: Document, text: string, path: Path): Place | null {
  const key = path.at(-1);
  const parent = nodeAt(document, path.slice(0, -1));
  if (typeof key === 'number') {
    const node = isSeq(parent) ? parent.items[key] : undefined;
    const start = startOf(node);
    if (!isSeq(parent) || !isNode(node) || start === null) return null;
    if (!isBlock(parent)) return { node, start, afterMark: start, block: false };
    const before = key === 0 ? (startOf(parent) ?? 0) : endOfItem(text, parent.items[key - 1]);
    const dash = markBefore(text, '-', before, start);
    return dash === null ? null : { node, start: dash, afterMark: dash + 1, block: true };
  }
  const pair = key === undefined ? undefined : pairOf(parent, key);
  const start = startOf(pair?.key);
  if (pair === undefined || start === null || !isNode(pair.key)) return null;
  const colon = text.indexOf(':', endOf(text, pair.key));
  return colon === -1 ? null : { node: isNode(pair.value) ? pair.value : null, start, afterMark: colon + 1, block: isBlock(parent) };
}

/** Where an item of a list ends. */
export function endOfItem(text: string, item: unknown): number {
  return isNode(item) ? endOf(text, item) : 0;
}

/** Start of the lines of an item, with the comments right above it. */
export function startWithComments(text: string, offset: number): number {
  let start = lineStart(text, offset);
  const indent = ' '.repeat(columnOf(text, offset));
  while (start > 0) {
    const before = lineStart(text, start - 1);
    if (!text.slice(before, start).startsWith(`${indent}#`)) return start;
    start = before;
  }
  return start;
}
