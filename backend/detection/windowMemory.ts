/**
 * Remembers windows of a stream and tells how unlike all of them a new one is: the distance to its nearest neighbour, as in
 * the nearest-neighbour detectors of Burnaev & Ishimtsev (2016, KNN-CAD), kept small like the categories of adaptive resonance
 * (Carpenter, Grossberg & Rosen 1991): a window within the radius of a remembered one is that one again, any other is
 * remembered in the place of whichever was needed least recently.
 */

/** Sixty-fourths of a standard deviation; beyond ±512 all is the same. */
const UNIT = 64;
const MOST = 32767;
/** Points for one tick of the stamps: they come round after four million points. */
const TICK = 64;

export const MEMORY_SIZE = 2;
const KEPT = 0;
const SEEN = 1;

/** Bytes a memory needs beside its scalars, a multiple of eight when `windows` is. */
export function memoryBytes(windows: number, lengths: number): number {
  return windows * lengths + windows * 2;
}

/** A value in standard deviations as it is remembered. */
export function toUnits(deviation: number): number {
  const units = Math.round(deviation * UNIT);
  return units > MOST ? MOST : units < -MOST ? -MOST : units;
}

/** Remembered in one byte: evenly up to about one standard deviation, then ever more coarsely up to 64. */
const MOST_CODE = 127;
const CODES = MOST_CODE / Math.asinh(64);
/** A length of a window as it is remembered. */
export function packUnits(units: number): number {
  return Math.max(-MOST_CODE, Math.min(MOST_CODE, Math.round(CODES * Math.asinh(units / UNIT))));
}
/** What was remembered, by the lower eight bits of its code. */
const OPENED = Int16Array.from({ length: 256 }, (_, code) => Math.round(UNIT * Math.sinh((code > MOST_CODE ? Math.max(-MOST_CODE, code - 256) : code) / CODES)));

export interface WindowMemory {
  /** Distance (root mean square, standard deviations) to the nearest window before; 0 for the very first one. */
  novelty: (window: Int16Array) => number;
  /** Forgets all windows. */
  forget: () => void;
}

/** A memory whose scalars live at `at` in the state and whose windows in `bytes` from `from`. */
export function createWindowMemory(state: Float64Array, at: number, bytes: ArrayBuffer, from: number, shape: { readonly windows: number; readonly lengths: number; readonly radius: number }): WindowMemory {
  const { windows, lengths } = shape;
  const rows = new Int8Array(bytes, from, windows * lengths);
  const stamps = new Uint16Array(bytes, from + windows * lengths, windows);
  const reach = (shape.radius * UNIT) ** 2 * lengths;

  const oldest = (now: number): number => {
    let found = 0;
    let age = -1;
    for (let row = 0; row < windows; row += 1) {
      const since = (now - (stamps[row] ?? 0)) & 0xffff;
      if (since > age) {
        age = since;
        found = row;
      }
    }
    return found;
  };

  return {
    forget: () => void (state[at + KEPT] = 0),
    novelty: (window) => {
      const kept = state[at + KEPT] ?? 0;
      const seen = (state[at + SEEN] ?? 0) + 1;
      state[at + SEEN] = seen;
      const now = Math.floor(seen / TICK) & 0xffff;
      let nearest = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let row = 0; row < kept; row += 1) {
        const start = row * lengths;
        let distance = 0;
        for (let length = 0; length < lengths && distance < least; length += 1) {
          const step = (window[length] ?? 0) - (OPENED[(rows[start + length] ?? 0) & 255] ?? 0);
          distance += step * step;
        }
        if (distance < least) {
          least = distance;
          nearest = row;
        }
      }
      if (nearest >= 0 && least <= reach) stamps[nearest] = now;
      else {
        const row = kept < windows ? kept : oldest(now);
        if (kept < windows) state[at + KEPT] = kept + 1;
        for (let length = 0; length < lengths; length += 1) rows[row * lengths + length] = packUnits(window[length] ?? 0);
        stamps[row] = now;
      }
      return nearest < 0 ? 0 : Math.sqrt(least / lengths) / UNIT;
    },
  };
}
