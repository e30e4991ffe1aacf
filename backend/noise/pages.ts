/** Pages of lists that are put together in memory, because their order is worked out and not stored. Pure. */
import { inputError } from '../platform/errors.ts';

/** The page after the item that the cursor names. */
export function pageAfter<T>(items: readonly T[], cursor: string | undefined, limit: number, keyOf: (item: T) => string): { items: T[]; nextCursor: string | null } {
  let begin = 0;
  if (cursor !== undefined) {
    const key = Buffer.from(cursor, 'base64url').toString('utf8');
    begin = items.findIndex((item) => keyOf(item) === key) + 1;
    if (begin === 0) throw inputError('cursor is not one that a list gave', [{ field: 'query.cursor', message: 'start again without a cursor' }]);
  }
  const page = items.slice(begin, begin + limit);
  const last = page.at(-1);
  return { items: page, nextCursor: begin + limit < items.length && last !== undefined ? Buffer.from(keyOf(last)).toString('base64url') : null };
}
