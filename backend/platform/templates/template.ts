/** Templates: `{{ inputs.host }}` and `{{ inputs.host | shell }}` in text. No logic; an unknown name is a fault, never an empty text. */

/** What holes are filled from, by name. */
export type TemplateScope = Readonly<Record<string, unknown>>;

/** A template that cannot be filled in. */
export class TemplateError extends Error {
  /** Place in the text, counted from 0. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'TemplateError';
    this.position = position;
  }
}

export const ESCAPES = ['url', 'json', 'shell'] as const;
export type Escape = (typeof ESCAPES)[number];

/** A hole in a template. */
export interface Hole {
  readonly start: number;
  readonly end: number;
  readonly path: readonly (string | number)[];
  readonly escape: Escape | null;
}

const BEGIN = '{{';
const END = '}}';
const LITERAL = /^\s*"([^"]*)"\s*$/;
const HOLE = /^\s*([a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*|\[(?:\d+|"[^"\]]*"|'[^'\]]*')\])*)\s*(?:\|\s*(\w+)\s*)?$/;
const PART = /[a-zA-Z_]\w*|\[(?:(\d+)|"([^"\]]*)"|'([^'\]]*)')\]/g;

function partsOf(path: string): (string | number)[] {
  return [...path.matchAll(PART)].map((match) => {
    const [whole, index, double, single] = match;
    return index === undefined ? double ?? single ?? whole : Number(index);
  });
}

function escapeNamed(name: string | undefined, at: number): Escape | null {
  if (name === undefined) return null;
  const known = ESCAPES.find((escape) => escape === name);
  if (known === undefined) throw new TemplateError(`"${name}" is not known; use ${ESCAPES.join(', ')}`, at);
  return known;
}

/** A template as its parts: texts, and holes between them. Throws `TemplateError`. */
export function parseTemplate(text: string): (string | Hole)[] {
  const parts: (string | Hole)[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(BEGIN, from);
    if (start === -1) return [...parts, text.slice(from)];
    const close = text.indexOf(END, start + BEGIN.length);
    if (close === -1) throw new TemplateError('"{{" is not closed by "}}"', start);
    const inside = text.slice(start + BEGIN.length, close);
    const end = close + END.length;
    parts.push(text.slice(from, start));
    const literal = LITERAL.exec(inside);
    if (literal !== null) parts.push(literal[1] ?? '');
    else {
      const [, path, escape] = HOLE.exec(inside) ?? [];
      if (path === undefined) throw new TemplateError(`"${inside.trim()}" is not a name; write {{ inputs.host }} or {{ inputs.host | url }}`, start);
      parts.push({ start, end, path: partsOf(path), escape: escapeNamed(escape, start) });
    }
    from = end;
  }
}

/** The holes of a template. Throws `TemplateError`. */
export function holesOf(text: string): Hole[] {
  return parseTemplate(text).filter((part) => typeof part !== 'string');
}

/** `steps.check.output.items[0]`: a path as it is written. */
export function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : /^[a-zA-Z_]\w*$/.test(part) ? (text === '' ? part : `.${part}`) : `["${part}"]`;
  return text;
}

function lookUp(scope: TemplateScope, hole: Hole): unknown {
  let value: unknown = scope;
  hole.path.forEach((part, index) => {
    const known: unknown = typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? new Map(Object.entries(value)).get(String(part)) : undefined;
    if (known === undefined) throw new TemplateError(`${pathText(hole.path.slice(0, index + 1))} is not known`, hole.start);
    value = known;
  });
  if (value === null) throw new TemplateError(`${pathText(hole.path)} has no value`, hole.start);
  return value;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A value as it stands in the text. A list without escape is written with commas. */
function written(value: unknown, { escape, path, start }: Hole): string {
  if (escape === 'json') return JSON.stringify(value);
  const items = Array.isArray(value) ? Array.from<unknown>(value) : [value];
  const texts = items.filter(isScalar).map(String);
  if (texts.length < items.length) throw new TemplateError(`${pathText(path)} is an object; name one of its fields, or write | json`, start);
  if (escape === 'shell') return texts.map(quoted).join(' ');
  return escape === 'url' ? texts.map(encodeURIComponent).join(',') : texts.join(', ');
}

/** Fills in one text. Throws `TemplateError`. */
export function fillText(text: string, scope: TemplateScope, secrets: (name: string) => string): string {
  return parseTemplate(text).map((part) => {
    if (typeof part === 'string') return part;
    const [root, name] = part.path;
    if (root !== 'secrets') return written(lookUp(scope, part), part);
    if (part.path.length !== 2 || typeof name !== 'string') throw new TemplateError('a secret is named {{ secrets.name }}', part.start);
    return written(secrets(name), part);
  }).join('');
}

/** Every text of a value, with the path to it. */
export function textsOf(value: unknown, path: readonly (string | number)[] = []): { readonly text: string; readonly path: readonly (string | number)[] }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...path, index]));
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key]));
  return [];
}
