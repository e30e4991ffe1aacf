/**
 * A state as version 2 stored it, brought to the present layout: windows took two bytes a length, and seasons were not known. What was learnt
 * stays; a season is learnt from then on.
 */
import { STATE_VERSION, type Layout } from './layout.ts';
import { PROFILE_BYTES } from './profile.ts';
import { TAIL_SIZE } from './tail.ts';
import type { Tuning } from './tuning.ts';
import { packUnits } from './windowMemory.ts';

const OLDER_VERSION = 2;
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The state in the present layout; null when it is none of version 2. */
export function fromOlderState(saved: Uint8Array, layout: Layout, tuning: Tuning): Uint8Array | null {
  const { windows } = tuning;
  // All numbers that are not about seasons come first, in the same order.
  const numbers = layout.at.season * 8;
  const olderMemory = (lengths: number): number => aligned(windows * lengths * 2 + windows * 2);
  const profileBytes = aligned(PROFILE_BYTES);
  const ringBytes = layout.ringLength * 2;
  if (saved.byteLength !== numbers + profileBytes + olderMemory(tuning.shapeLengths) + olderMemory(tuning.driftLengths) + aligned(ringBytes)) return null;
  const older = saved.slice();
  if (new Float64Array(older.buffer, 0, 1)[0] !== OLDER_VERSION) return null;

  const state = new Uint8Array(layout.size);
  let from = 0;
  const copy = (bytes: number, to: number): void => {
    state.set(older.subarray(from, from + bytes), to);
    from += bytes;
  };
  const copyMemory = (lengths: number, to: number): void => {
    const start = from;
    new Int8Array(state.buffer, to, windows * lengths).set(Int8Array.from(new Int16Array(older.buffer, from, windows * lengths), packUnits));
    from += windows * lengths * 2;
    copy(windows * 2, to + windows * lengths);
    from = start + olderMemory(lengths);
  };
  copy(numbers, 0);
  copy(profileBytes, layout.profileBytes);
  copyMemory(tuning.shapeLengths, layout.shapeBytes);
  copyMemory(tuning.driftLengths, layout.driftBytes);
  copy(ringBytes, layout.ringBytes);
  // The band went by the surprises of points.
  const tailBytes = TAIL_SIZE * 8;
  state.set(state.subarray(layout.at.pointTail * 8, layout.at.pointTail * 8 + tailBytes), layout.at.band * 8);
  new Float64Array(state.buffer, 0, 1)[0] = STATE_VERSION;
  return state;
}
