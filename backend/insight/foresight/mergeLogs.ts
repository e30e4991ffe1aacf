/** Puts what was read from several logs into the order of their common positions. Pure. */

/** Something in its place in a log; positions of all logs of an organisation are comparable. */
export interface Placed {
  readonly position: string;
}

export interface Read<T extends Placed> {
  readonly entries: readonly T[];
  /** There may be more of this log: what stands after its last entry in another log waits. */
  readonly isFull: boolean;
}

function isBefore(a: string, b: string): boolean {
  return BigInt(a) < BigInt(b);
}

/** Entries in order, up to where every log was read. */
export function mergeLogs<T extends Placed>(reads: readonly Read<T>[]): T[] {
  const ends = reads.flatMap(({ entries, isFull }) => {
    const last = entries.at(-1);
    return isFull && last !== undefined ? [last.position] : [];
  });
  const end = ends.reduce<string | null>((first, each) => (first === null || isBefore(each, first) ? each : first), null);
  return reads.flatMap(({ entries }) => [...entries]).filter(({ position }) => end === null || !isBefore(end, position))
    .sort((a, b) => (isBefore(a.position, b.position) ? -1 : isBefore(b.position, a.position) ? 1 : 0));
}
