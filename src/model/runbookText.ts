/**
 * Changes of one place in the YAML text of a runbook that leave every other byte as it is: comments, order, quotes,
 * blank lines. A change is made in the text; where the text is written in a way that this cannot follow (anchors,
 * odd brackets), the document is written anew, which still keeps comments and order. Each function throws when the text
 * is not YAML.
 */
import type { JsonValue } from '#contract';
import { isCollection, isNode, isSeq, LineCounter, parseDocument, stringify, type Document } from 'yaml';
import { valueAt, withItem, withMoved, withValue, type Path } from './jsonEdit.ts';
import { columnOf, endOf, endOfItem, endOfPair, isBlock, lineEnd, lineStart, nodeAt, placeOf, startOf, startWithComments } from './yamlPlaces.ts';

export interface TextFault {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const STYLE = { lineWidth: 0, indent: 2 } as const;

/** What a text says, and where it is not YAML. */
export function parse(source: string): { readonly value: unknown; readonly errors: readonly TextFault[] } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const errors = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { message: error.message, line, column: col };
  });
  if (errors.length > 0) return { value: undefined, errors };
  try {
    return { value: plain(document), errors };
  } catch (error) {
    // An alias without its anchor, or too many of them.
    return { value: undefined, errors: [{ message: error instanceof Error ? error.message : String(error), line: 1, column: 1 }] };
  }
}

function plain(document: Document): unknown {
  const value: unknown = document.toJS();
  return value;
}

function read(source: string): Document {
  const document = parseDocument(source, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`the text is not YAML: ${error.message}`);
  return document;
}

/** What stands behind a colon or a dash that is `column` from the left, with the space or line break before it; no line break at the end. */
function behind(value: JsonValue, mark: 'colon' | 'dash', column: number): string {
  const text = mark === 'colon' ? stringify({ k: value }, STYLE).slice('k:'.length) : stringify([value], STYLE).slice('-'.length);
  return text.replace(/\n$/, '').replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(column)}`);
}

function apply(source: string, { start, end, text }: Change): string {
  return source.slice(0, start) + text + source.slice(end);
}

function says(text: string, wanted: unknown): boolean {
  const { value, errors } = parse(text);
  return errors.length === 0 && JSON.stringify(value) === JSON.stringify(wanted);
}

/** Makes the first change in the text that gives what is wanted, else changes the document. */
function change(source: string, wanted: unknown, inText: readonly (() => Change | null)[], inDocument: () => string): string {
  for (const make of inText) {
    const made = make();
    const text = made === null ? null : apply(source, made);
    if (text !== null && says(text, wanted)) return text;
  }
  return inDocument();
}

type Writer = typeof behind;
/** For what cannot be written over lines where it stands, for example since a comment follows. */
const onOneLine: Writer = (value) => ` ${JSON.stringify(value)}`;

function replaced(document: Document, source: string, path: Path, value: JsonValue, write: Writer): Change | null {
  const place = placeOf(document, source, path);
  if (place === null) return null;
  const { node, start, afterMark, block } = place;
  const from = startOf(node);
  const empty = node === null || from === null || node.range?.[0] === node.range?.[1];
  const end = empty ? afterMark : endOf(source, node);
  if (!block) return from === null ? null : { start: from, end, text: JSON.stringify(value) };
  const text = write(value, typeof path.at(-1) === 'number' ? 'dash' : 'colon', columnOf(source, start));
  return empty || isBlock(node) || text.startsWith('\n') ? { start: afterMark, end, text } : { start: from, end, text: text.trimStart() };
}

function added(document: Document, source: string, path: Path, value: JsonValue, write: Writer): Change | null {
  const parent = nodeAt(document, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof key !== 'string') return null;
  const whole = path.slice(0, -1);
  if (!isCollection(parent)) {
    // What holds it is missing too, or empty.
    return placeOf(document, source, whole) === null ? added(document, source, whole, { [key]: value }, write) : replaced(document, source, whole, { [key]: value }, write);
  }
  const last = parent.items.at(-1);
  if (last === undefined) return replaced(document, source, whole, { [key]: value }, write);
  const end = endOfPair(source, last);
  const name = stringify(key, STYLE).trim();
  if (!isBlock(parent)) return { start: end, end, text: `, ${name}: ${JSON.stringify(value)}` };
  const column = columnOf(source, startOf(parent) ?? 0);
  const at = lineEnd(source, end);
  return { start: at, end: at, text: `\n${' '.repeat(column)}${name}:${write(value, 'colon', column)}` };
}

function removed(document: Document, source: string, path: Path): Change | null {
  const place = placeOf(document, source, path);
  const parent = nodeAt(document, path.slice(0, -1));
  if (place === null || !isCollection(parent) || !place.block) return null;
  if (parent.items.length === 1) return path.length < 2 ? null : replaced(document, source, path.slice(0, -1), isSeq(parent) ? [] : {}, behind);
  const end = place.node === null || startOf(place.node) === endOf(source, place.node) ? place.afterMark : endOf(source, place.node);
  const ofList = typeof path.at(-1) === 'number';
  if (source.slice(lineStart(source, place.start), place.start).trim() !== '') {
    // The first key of an item stands behind its dash: the next one takes its place.
    const next = /\S/.exec(source.slice(lineEnd(source, end)));
    return next === null ? null : { start: place.start, end: lineEnd(source, end) + next.index, text: '' };
  }
  const start = ofList ? startWithComments(source, place.start) : lineStart(source, place.start);
  const to = lineEnd(source, end);
  return to === source.length ? { start: Math.max(0, start - 1), end: to, text: '' } : { start, end: to + 1, text: '' };
}

/** Sets what stands at a path; undefined takes it away. Keys on the way that are missing are made. */
export function setIn(source: string, path: Path, value: JsonValue | undefined): string {
  const document = read(source);
  const present = valueAt(plain(document), path);
  if (JSON.stringify(present) === JSON.stringify(value)) return source;
  const wanted = withValue(plain(document), path, value);
  return change(
    source, wanted,
    [behind, onOneLine].map((write) => () => {
      if (value === undefined) return removed(document, source, path);
      return present === undefined ? added(document, source, path, value, write) : replaced(document, source, path, value, write);
    }),
    () => {
      if (value === undefined) document.deleteIn([...path]);
      else document.setIn([...path], document.createNode(value));
      return document.toString(STYLE);
    },
  );
}

/** Puts a step into a list at an index; the list is made when it is missing. */
export function insertStep(source: string, listPath: Path, index: number, step: JsonValue): string {
  const document = read(source);
  const list = nodeAt(document, listPath);
  if (!isSeq(list) || list.items.length === 0) return setIn(source, listPath, [step]);
  const at = Math.min(index, list.items.length);
  return change(
    source, withAt(document, listPath, (items) => withItem(items, at, step)),
    [() => {
      if (!isBlock(list)) return null;
      const last = at === list.items.length;
      const place = placeOf(document, source, [...listPath, last ? at - 1 : at]);
      if (place === null) return null;
      const column = columnOf(source, place.start);
      const text = `${' '.repeat(column)}-${behind(step, 'dash', column)}`;
      const start = last ? lineEnd(source, endOfItem(source, list.items[at - 1])) : startWithComments(source, place.start);
      return { start, end: start, text: last ? `\n${text}` : `${text}\n` };
    }],
    () => {
      list.items.splice(at, 0, document.createNode(step));
      return document.toString(STYLE);
    },
  );
}

/** Takes a step out, with the comments right above it. */
export function removeStep(source: string, path: Path): string {
  return setIn(source, path, undefined);
}

/** Moves a step within its list, with the comments right above it. */
export function moveStep(source: string, listPath: Path, from: number, to: number): string {
  const document = read(source);
  const list = nodeAt(document, listPath);
  if (from === to || !isSeq(list) || list.items[from] === undefined || list.items[to] === undefined) return source;
  return change(
    source, withAt(document, listPath, (items) => withMoved(items, from, to)),
    [() => {
      const first = Math.min(from, to);
      const items = list.items.slice(first, Math.max(from, to) + 1).map((item, index) => ({ place: placeOf(document, source, [...listPath, first + index]), end: lineEnd(source, endOfItem(source, item)) }));
      const parts = items.flatMap(({ place, end }) => (place?.block === true ? [{ start: startWithComments(source, place.start), end }] : []));
      const [begin, last] = [parts[0], parts.at(-1)];
      if (begin === undefined || last === undefined || parts.length < items.length) return null;
      // What stands between them, blank lines mostly, stays where it is.
      const between = parts.slice(1).map((part, index) => source.slice(parts[index]?.end, part.start));
      const order = withMoved(parts.map(({ start, end }) => source.slice(start, end)), from - first, to - first);
      return { start: begin.start, end: last.end, text: order.map((text, index) => `${String(text)}${between[index] ?? ''}`).join('') };
    }],
    () => {
      const [item] = list.items.splice(from, 1);
      if (isNode(item)) list.items.splice(to, 0, item);
      return document.toString(STYLE);
    },
  );
}

function withAt(document: Document, path: Path, edit: (items: unknown) => unknown[]): unknown {
  const root = plain(document);
  return withValue(root, path, edit(valueAt(root, path)));
}
