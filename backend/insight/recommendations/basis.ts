/** What a suggested runbook rests on, in one line: the reason of a run that somebody starts of it. Pure. */
import type { Recommendation } from '#contract';
import { percentOf } from '../../platform/percent.ts';

type Known = Pick<Recommendation, 'similar' | 'all' | 'probability' | 'low' | 'high' | 'reasons' | 'explored'>;

function recordOf({ similar, all, reasons }: Known): string {
  if (similar.tried > 0) return `worked in ${similar.worked} of ${similar.tried} similar ${similar.tried === 1 ? 'incident' : 'incidents'}`;
  const [fits] = reasons;
  const why = fits === undefined ? '' : ` (${fits.charAt(0).toLowerCase()}${fits.slice(1)})`;
  return all.tried > 0 ? `worked in ${all.worked} of ${all.tried} other ${all.tried === 1 ? 'incident' : 'incidents'}, in none like this one${why}` : `never run in an incident before${why}`;
}

/** "suggested; worked in 4 of 5 similar incidents; 62 % likely to end it (95 %: 40 % to 80 %)" */
export function basisText(known: Known): string {
  return `suggested${known.explored ? ' as worth a try' : ''}; ${recordOf(known)}; ${percentOf(known.probability)} likely to end it (95 %: ${percentOf(known.low)} to ${percentOf(known.high)})`;
}
