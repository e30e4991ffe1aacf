/**
 * What is usual at this hour of the day and of the week. The day comes first; the hours of the week add their own deviation
 * from it, the more the oftener they were seen. Hours are closed when they are over, so a value never explains itself.
 */
import type { Tuning } from './tuning.ts';

const DAY = 24;
const WEEK = 168;
/** Visits at which an hour of the week counts as much as the day. */
const WEEK_DOUBT = 1.5;
const MOST_VISITS = 255;

/** Remainder that is never negative: time may lie before 1970. */
const within = (hour: number, length: number): number => hour - Math.floor(hour / length) * length;

export const PROFILE_SIZE = 5;
const HOUR = 0;
const SUM = 1;
const COUNT = 2;
const MEAN = 3;
const SEEN = 4;

/** Bytes of the profile beside its scalars, a multiple of eight. */
export const PROFILE_BYTES = DAY * 4 + WEEK * 2 + DAY + WEEK;

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);
/** The upper half of a 32-bit float: the whole range in two bytes, to half a per cent. */
function pack(value: number): number {
  floats[0] = value;
  return ((bits[0] ?? 0) + 0x8000) >>> 16;
}
function unpack(packed: number): number {
  bits[0] = (packed << 16) >>> 0;
  return floats[0] ?? 0;
}

export interface Profile {
  /** Whether this hour has been seen often enough to be expected. */
  isKnown: (hour: number) => boolean;
  /** The value to expect, before the value of now is known. */
  expected: (hour: number) => number;
  /** Takes in a value. `hour` counts on through time (hours since some Monday 00:00), modulo a week where a calendar says so. */
  add: (hour: number, value: number) => void;
}

/** A profile whose scalars live at `at` in the state and whose hours in `bytes` from `from`. */
export function createProfile(state: Float64Array, at: number, bytes: ArrayBuffer, from: number, tuning: Tuning): Profile {
  const days = new Float32Array(bytes, from, DAY);
  const weeks = new Uint16Array(bytes, from + DAY * 4, WEEK);
  const dayVisits = new Uint8Array(bytes, from + DAY * 4 + WEEK * 2, DAY);
  const weekVisits = new Uint8Array(bytes, from + DAY * 4 + WEEK * 2 + DAY, WEEK);

  const close = (hour: number, mean: number): void => {
    const day = within(hour, DAY);
    const week = within(hour, WEEK);
    const inDay = Math.min(MOST_VISITS, (dayVisits[day] ?? 0) + 1);
    dayVisits[day] = inDay;
    const before = days[day] ?? 0;
    const ofDay = before + (mean - before) * Math.max(tuning.profileGain / 2, 1 / inDay);
    days[day] = ofDay;
    const inWeek = Math.min(MOST_VISITS, (weekVisits[week] ?? 0) + 1);
    weekVisits[week] = inWeek;
    // Kept as a deviation from the day, which has just moved.
    const ofWeek = inWeek === 1 ? mean : before + unpack(weeks[week] ?? 0);
    weeks[week] = pack(ofWeek + (mean - ofWeek) * Math.max(tuning.profileGain, 1 / inWeek) - ofDay);
  };

  return {
    isKnown: (hour) => (dayVisits[within(hour, DAY)] ?? 0) >= tuning.profileDays,
    expected: (hour) => {
      const day = within(hour, DAY);
      if ((dayVisits[day] ?? 0) < tuning.profileDays) return state[at + MEAN] ?? 0;
      const visits = weekVisits[within(hour, WEEK)] ?? 0;
      return (days[day] ?? 0) + (visits === 0 ? 0 : (unpack(weeks[within(hour, WEEK)] ?? 0) * visits) / (visits + WEEK_DOUBT));
    },
    add: (hour, value) => {
      const seen = (state[at + SEEN] ?? 0) + 1;
      state[at + SEEN] = seen;
      const count = state[at + COUNT] ?? 0;
      if (count > 0 && state[at + HOUR] !== hour) {
        close(state[at + HOUR] ?? 0, (state[at + SUM] ?? 0) / count);
        state[at + SUM] = value;
        state[at + COUNT] = 1;
      } else {
        state[at + SUM] = (state[at + SUM] ?? 0) + value;
        state[at + COUNT] = count + 1;
      }
      state[at + HOUR] = hour;
      const mean = state[at + MEAN] ?? 0;
      state[at + MEAN] = seen === 1 ? value : mean + Math.max(1 / tuning.memoryPoints, 1 / seen) * (value - mean);
    },
  };
}
