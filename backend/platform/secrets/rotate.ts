/** Seals stored secrets anew with the newest key, while the service runs. */
import type { Queryable } from '../db/database.ts';
import { SealError, type KeyRing } from './keyRing.ts';

/** A column of sealed secrets, described by the module that owns it. */
export interface SealedColumn {
  /** For messages. */
  readonly name: string;
  /** All sealed values, each with what it takes to write it back. */
  list(q: Queryable): Promise<readonly SealedValue[]>;
}

export interface SealedValue {
  readonly envelope: string;
  readonly purpose: string;
  /** Writes the new envelope if the old one still stands there; false when somebody was quicker. */
  replace(q: Queryable, sealed: string): Promise<boolean>;
}

/**
 * Gives how many were sealed anew. A value changed meanwhile was sealed with the newest key anyway. One that does
 * not open must not hold up the others: all are tried, then a `SealError` tells which failed.
 */
export async function rotateSealedColumns(q: Queryable, ring: KeyRing, columns: readonly SealedColumn[]): Promise<number> {
  const failures: string[] = [];
  let rotated = 0;
  for (const column of columns) {
    for (const value of await column.list(q)) {
      try {
        if (!ring.needsRotation(value.envelope)) continue;
        if (await value.replace(q, ring.seal(ring.open(value.envelope, value.purpose), value.purpose))) rotated += 1;
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        failures.push(`${column.name} of ${value.purpose}: ${error.message}`);
      }
    }
  }
  if (failures.length > 0) throw new SealError(`${failures.length} sealed secrets do not open, ${rotated} others were sealed anew: ${failures.join('; ')}`);
  return rotated;
}
