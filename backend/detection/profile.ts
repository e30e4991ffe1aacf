/**
 * What is usual at this hour of the day and of the week. The day comes first; the hours of the week add their own deviation
 * from it, the more the oftener they were seen. Hours are closed when they are over, so a value never explains itself.
 * Within an hour the profile is level, or a line through the middles of the hours: whichever has erred less.
 */
import { pack, unpack } from './packedFloat.ts';
import type { Tuning } from './tuning.ts';

const DAY = 24;
const WEEK = 168;
/** Visits at which an hour of the week counts as much as the day. */
const WEEK_DOUBT = 1.5;
const MOST_VISITS = 255;

/** Remainder that is never negative: time may lie before 1970. */
const within = (hour: number, length: number): number => hour - Math.floor(hour / length) * length;

/** Numbers a profile keeps in its part of the state. */
export const PROFILE_SIZE = 7;
const HOUR = 0;
const SUM = 1;
const COUNT = 2;
const MEAN = 3;
const SEEN = 4;
/** Mean error of hours as steps, and of the line through their middles. */
const STEP_ERROR = 5;
const LINE_ERROR = 6;

/** Bytes of the profile beside its scalars, a multiple of eight. */
export const PROFILE_BYTES = DAY * 4 + WEEK * 2 + DAY + WEEK;

export interface Profile {
  /** Whether this hour has been seen often enough to be expected. */
  isKnown: (time: number) => boolean;
  /** The value to expect, before the value of now is known. */
  expected: (time: number) => number;
  /** Takes in a value. Times are hours since some Monday 00:00, with their fraction. */
  add: (time: number, value: number) => void;
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

  const ofHour = (hour: number): number => {
    const day = within(hour, DAY);
    if ((dayVisits[day] ?? 0) < tuning.profileDays) return state[at + MEAN] ?? 0;
    const week = within(hour, WEEK);
    const visits = weekVisits[week] ?? 0;
    return (days[day] ?? 0) + (visits === 0 ? 0 : (unpack(weeks[week] ?? 0) * visits) / (visits + WEEK_DOUBT));
  };

  /** On the line through the middles of this hour and its nearer neighbour. */
  const onLine = (time: number): number => {
    const hour = Math.floor(time);
    const off = time - hour - 0.5;
    const here = ofHour(hour);
    const beside = hour + (off < 0 ? -1 : 1);
    return (dayVisits[within(beside, DAY)] ?? 0) < tuning.profileDays ? here : here + (ofHour(beside) - here) * Math.abs(off);
  };

  return {
    isKnown: (time) => (dayVisits[within(Math.floor(time), DAY)] ?? 0) >= tuning.profileDays,
    expected: (time) => ((state[at + LINE_ERROR] ?? 0) < (state[at + STEP_ERROR] ?? 0) ? onLine(time) : ofHour(Math.floor(time))),
    add: (time, value) => {
      const hour = Math.floor(time);
      if ((dayVisits[within(hour, DAY)] ?? 0) >= tuning.profileDays) {
        const step = Math.abs(value - ofHour(hour));
        const line = Math.abs(value - onLine(time));
        state[at + STEP_ERROR] = (state[at + STEP_ERROR] ?? 0) + (step - (state[at + STEP_ERROR] ?? 0)) / tuning.memoryPoints;
        state[at + LINE_ERROR] = (state[at + LINE_ERROR] ?? 0) + (line - (state[at + LINE_ERROR] ?? 0)) / tuning.memoryPoints;
      }
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
