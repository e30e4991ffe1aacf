/** Chance that comes out the same for the same words: what was shown stays when a page is loaded again. Pure. */

/** FNV-1a, then mulberry32 (Ettinger 2017): even enough to draw lots with, not for secrets. */
export function seededRandom(words: string): () => number {
  let state = 2_166_136_261;
  for (let place = 0; place < words.length; place += 1) state = Math.imul(state ^ words.charCodeAt(place), 16_777_619);
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
