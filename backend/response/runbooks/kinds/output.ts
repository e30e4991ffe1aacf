/** What a step gives, in a form that can be kept. Pure. */
import type { JsonValue } from '#contract';

/** Most of a body that is kept, in characters. */
export const MAX_KEPT_CHARACTERS = 1024 * 1024;
const MAX_DEPTH = 60;
const SHOWN_CHARACTERS = 300;

/** Text as PostgreSQL takes it: no NUL, no half characters. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** Any value as JSON that PostgreSQL takes; what is no JSON becomes null. */
export function storable(value: unknown, depth = 0): JsonValue {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item: unknown) => storable(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storableText(key), storable(item, depth + 1)]));
}

/** The beginning of a text, on one line. */
export function excerpt(text: string): string {
  const line = storableText(text).replace(/\s+/g, ' ').trim();
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
}
