/** Numbers that look random and follow from a seed alone, for what must come out the same each time: lots that are drawn once, tests, benchmarks, the demo. */

/** Gives numbers from 0 up to, not including, 1 (mulberry32 by Tommy Ettinger: 32 bits of state). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same from words (FNV-1a): what follows from the same words comes out the same, even enough to draw lots with; not for secrets. */
export function randomFromWords(words: string): () => number {
  let seed = 2_166_136_261;
  for (let place = 0; place < words.length; place += 1) seed = Math.imul(seed ^ words.charCodeAt(place), 16_777_619);
  return randomFrom(seed);
}

/** A number of the standard normal distribution, from two even ones (Box and Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
