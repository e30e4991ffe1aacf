/** Text from outside as PostgreSQL takes it. Pure. */

/** Replaces what PostgreSQL cannot hold in text (NUL, halves of surrogate pairs), at any depth. */
export function storableText<T>(value: T): T;
export function storableText(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '\ufffd');
  if (Array.isArray(value)) return value.map((item: unknown) => storableText(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [storableText(key), storableText(item)]));
  }
  return value;
}
