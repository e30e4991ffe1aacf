/**
 * What is said of a service that is warned of. Its log odds say well *who* is to be warned of, but a warning is given in the moment in which
 * they pass the threshold: how far beyond it they land is the size of one step, and tells right warnings from wrong ones no
 * better than chance. What comes after does. So a warning begins at the share that came of the warnings before it,
 * and moves on from there as its log odds do. Pure.
 */

/** Warnings of which it is known what became of them. */
export interface Answered {
  readonly warnings: number;
  readonly came: number;
}

/** Believed before anything is known, as if of so many warnings: about the share that came of them in the storms, docs/aiops.md. */
const BELIEVED = { share: 0.45, warnings: 16 };

/** Share of warnings that come true, by those before. */
export function shareThatComes({ warnings, came }: Answered): number {
  return (came + BELIEVED.share * BELIEVED.warnings) / (warnings + BELIEVED.warnings);
}

/** Log odds to be said now of what was warned of with others, `atWarning`. */
export function recalibrated(answered: Answered, atWarning: number, now: number): number {
  const share = shareThatComes(answered);
  return Math.log(share / (1 - share)) + now - atWarning;
}
