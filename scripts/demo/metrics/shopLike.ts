/** Made-up series that look like a shop's: the demo and the tests share them. Pure. */

const DAY_MS = 86_400_000;
/** A Monday, 00:00 UTC. */
const SOME_MONDAY_MS = 345_600_000;

/** A value in 0..1 that depends on a whole number alone. */
export function noise(seed: number): number {
  let mixed = (seed ^ 0x9e3779b9) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0;
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

/** Something like the requests of a shop: a day and a night, and noise; `planted` says how much is added when. */
export function shopLike(level: number, planted: (atMs: number) => number = () => 0): (atMs: number) => number {
  return (atMs) => level + 0.4 * level * Math.sin((2 * Math.PI * atMs) / DAY_MS) + 0.05 * level * (noise(Math.floor(atMs / 1000) % 4_294_967_296) + noise(Math.floor(atMs / 1000) + 77) - 1) + planted(atMs);
}

/** Noise around 0, mostly within ±`size`, of which each `salt` has its own. */
export function jitter(atMs: number, salt: number, size: number): number {
  const second = Math.floor(atMs / 1_000);
  return size * (noise(second + salt * 7_919) + noise(second + salt * 104_729 + 13) + noise(second + salt * 31 + 1_000_003) - 1.5);
}

/** How busy a shop is, about 1 on average: quiet at night, a peak in the evening, slower on Saturdays and Sundays. */
export function busyness(atMs: number): number {
  const hour = (((atMs % DAY_MS) + DAY_MS) % DAY_MS) / 3_600_000;
  const day = Math.floor((((atMs - SOME_MONDAY_MS) / DAY_MS) % 7 + 7) % 7);
  const ofDay = 1 + 0.5 * Math.sin((2 * Math.PI * (hour - 9)) / 24) + 0.12 * Math.sin((4 * Math.PI * (hour - 11)) / 24);
  return ofDay * (day >= 5 ? 0.8 : 1.06);
}
