/** Words without their endings. */
const ENDINGS = ['ization', 'isation', 'ations', 'ation', 'ingly', 'edly', 'ments', 'ment', 'ness', 'ings', 'ing', 'ed', 'ions', 'ion', 'ers', 'er', 'ly'];
const LEAST_STEM = 4;

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (/(?:ches|shes|xes|sses|zes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

/** A word without its ending: lighter than Porter's, for English; others keep theirs. */
export function stemOf(word: string): string {
  if (word.length < LEAST_STEM) return word;
  let stem = singular(word);
  const ending = ENDINGS.find((each) => stem.endsWith(each) && stem.length - each.length >= LEAST_STEM);
  if (ending !== undefined) {
    stem = stem.slice(0, -ending.length);
    if (/([b-df-hj-np-tv-z])\1$/.test(stem) && !/(?:ll|ss|zz)$/.test(stem)) stem = stem.slice(0, -1);
  }
  if (stem.length > LEAST_STEM && stem.endsWith('e')) stem = stem.slice(0, -1);
  return stem.length > LEAST_STEM && stem.endsWith('y') ? `${stem.slice(0, -1)}i` : stem;
}
