/** Cursors of lists: what the last row was sorted by. */
import { z } from 'zod';
import { inputError } from '../errors.ts';

/** Whether a value of a cursor is a point in time. */
export function isInstant(text: string | undefined): boolean {
  return z.iso.datetime().safeParse(text).success;
}

/** A cursor for the values, in the order of the sort. */
export function encodeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The values of a cursor; null when there is none. */
export function decodeCursor(cursor: string | undefined, isRight: (values: readonly string[]) => boolean): readonly string[] | null {
  if (cursor === undefined) return null;
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    values = null;
  }
  if (Array.isArray(values) && values.every((value): value is string => typeof value === 'string' && !value.includes('\u0000')) && isRight(values)) return values;
  throw inputError('the cursor is not one of this list', [{ field: 'query.cursor', message: 'use the nextCursor of the page before' }]);
}

/** A page and the cursor of the next one, from one row more than was asked for. */
export function toPage<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => readonly string[]): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
}
