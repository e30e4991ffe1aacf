/** Where everything lies in the state of a detector: numbers first, then the profile, the windows and the ring of the last values. */
import { ALLOWANCE_SIZE } from './allowance.ts';
import { HISTORY_BYTES, HISTORY_SIZE } from './history.ts';
import { PHASE_PROFILE_BYTES, PHASE_PROFILE_SIZE } from './phaseProfile.ts';
import { PROFILE_BYTES, PROFILE_SIZE } from './profile.ts';
import { SEASON_SIZE } from './season.ts';
import { SPREAD_SIZE } from './spread.ts';
import { TAIL_SIZE } from './tail.ts';
import type { Tuning } from './tuning.ts';
import { MEMORY_SIZE, memoryBytes } from './windowMemory.ts';

/** Changes with the layout; see olderState.ts for the one before. */
export const STATE_VERSION = 3;

export interface Layout {
  /** Places of numbers. */
  readonly at: Readonly<Record<
    'version' | 'seen' | 'time' | 'interval' | 'lowest' | 'found' | 'profile' | 'allowance' | 'fresh'
    | 'point' | 'pointTail' | 'lately' | 'latelyTail' | 'sustained' | 'level' | 'levelSpread' | 'levelTail'
    | 'season' | 'seasonProfile' | 'seasonHistory' | 'seasonPoint' | 'seasonPointTail' | 'seasonLately' | 'seasonLatelyTail' | 'seasonSustained' | 'band' | 'driftSince'
    | 'shapeSpread' | 'shape' | 'shapeTail' | 'driftSpread' | 'drift' | 'driftTail' | 'driftLevels', number>>;
  /** Offsets in bytes. */
  readonly profileBytes: number;
  readonly shapeBytes: number;
  readonly driftBytes: number;
  readonly ringBytes: number;
  readonly phaseBytes: number;
  readonly historyBytes: number;
  readonly ringLength: number;
  /** Bytes in all. */
  readonly size: number;
}

/** Up to the next multiple of eight. */
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The layout for a tuning. */
export function layOut(tuning: Tuning): Layout {
  let next = 0;
  const take = (size: number): number => {
    next += size;
    return next - size;
  };
  const at = {
    version: take(1), seen: take(1), time: take(1), interval: take(1), lowest: take(1), found: take(1), fresh: take(1),
    profile: take(PROFILE_SIZE), allowance: take(ALLOWANCE_SIZE),
    point: take(2), pointTail: take(TAIL_SIZE), lately: take(2), latelyTail: take(TAIL_SIZE), sustained: take(3),
    level: take(1), levelSpread: take(SPREAD_SIZE), levelTail: take(TAIL_SIZE),
    shapeSpread: take(SPREAD_SIZE), shape: take(MEMORY_SIZE), shapeTail: take(TAIL_SIZE),
    driftSpread: take(SPREAD_SIZE), drift: take(MEMORY_SIZE), driftTail: take(TAIL_SIZE), driftLevels: take(tuning.driftLengths),
    season: take(SEASON_SIZE), seasonProfile: take(PHASE_PROFILE_SIZE), seasonHistory: take(HISTORY_SIZE), driftSince: take(1),
    seasonPoint: take(2), seasonPointTail: take(TAIL_SIZE), seasonLately: take(2), seasonLatelyTail: take(TAIL_SIZE), seasonSustained: take(3), band: take(TAIL_SIZE),
  };
  const profileBytes = next * 8;
  const shapeBytes = profileBytes + aligned(PROFILE_BYTES);
  const driftBytes = shapeBytes + aligned(memoryBytes(tuning.windows, tuning.shapeLengths));
  const ringBytes = driftBytes + aligned(memoryBytes(tuning.windows, tuning.driftLengths));
  const phaseBytes = ringBytes + aligned(2 ** (tuning.shapeLengths - 1) * 2);
  const historyBytes = phaseBytes + PHASE_PROFILE_BYTES;
  const ringLength = 2 ** (tuning.shapeLengths - 1);
  return { at, profileBytes, shapeBytes, driftBytes, ringBytes, ringLength, phaseBytes, historyBytes, size: historyBytes + HISTORY_BYTES };
}
