/** Where a page of changes goes on, from the cursor of the page before. */
import { decodeCursor, isInstant } from '../platform/http/cursor.ts';
import type { ChangePosition } from './changeStore.ts';

/** Null for the first page. */
export function changeCursor(cursor: string | undefined): ChangePosition | null {
  const before = decodeCursor(cursor, (values) => values.length === 2 && isInstant(values[0]) && /^\d{1,18}$/.test(values[1] ?? ''));
  return before === null ? null : { at: before[0] ?? '', position: before[1] ?? '' };
}
