/** Suggested runbooks in words. */
import type { Recommendation, RunbookOutcome, RunbookTally } from '#contract';
import { countOf } from './counts.ts';
import { formatDuration } from './duration.ts';

/** Goes on with the name of an incident. */
export const RUNBOOK_OUTCOME_WORDS: Readonly<Record<RunbookOutcome, string>> = {
  worked: 'Ended', worked_edited: 'Ended, with other inputs than suggested,', no_help: 'Succeeded without ending', failed: 'Failed in', cancelled: 'Was cancelled in', undone: 'Was taken back in', rejected: 'Was rejected for',
};

function share({ worked, tried }: RunbookTally): string {
  return `${worked} of ${tried}`;
}

/** What is known of it: "Worked in 4 of 5 similar incidents". */
export function recordText({ similar, all }: Pick<Recommendation, 'similar' | 'all'>): string {
  if (similar.tried > 0) return `Worked in ${share(similar)} similar ${similar.tried === 1 ? 'incident' : 'incidents'}`;
  if (all.tried > 0) return `Never run in a similar incident; worked in ${share(all)} ${all.tried === 1 ? 'other' : 'others'}`;
  return 'Never run in an incident yet';
}

/** How long mitigation took with it and without. Not a trial: what else differed is not known. */
export function effectText({ with: own, without }: NonNullable<Recommendation['effect']>): string {
  return `Half of ${countOf(own.incidents, 'similar incident')} with it were mitigated within ${formatDuration(own.medianMs)}; of ${without.incidents} without it, within ${formatDuration(without.medianMs)}`;
}
