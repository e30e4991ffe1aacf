/** What a change of a detector means for what it knows and for what it found. */
import { isDeepStrictEqual } from 'node:util';
import type { DetectorBody, DetectorId, OrgId } from '#contract';
import type { Transaction } from '../../platform/db/database.ts';
import { endFindings } from './findingStore.ts';
import { dropEpisodes } from './seriesStore.ts';

/** What it watches is another thing then, or its hours are others: what it knows is of no use. Another holiday changes nothing of what it knows. */
export function needsTraining(before: DetectorBody, after: DetectorBody): boolean {
  return before.stepSeconds !== after.stepSeconds || before.direction !== after.direction || (before.timeZone !== after.timeZone && after.query.kind !== 'loki') || !isDeepStrictEqual(before.query, after.query);
}

/** Why a detector cannot be as it is written, or null when it can: what would change nothing is not taken, so that nobody relies on it. */
export function bodyFault({ query, direction, timeZone, holidays, holidayCalendar, threshold }: DetectorBody): string | null {
  if (query.kind !== 'loki') return null;
  const given = { direction: direction !== 'both', timeZone: timeZone !== 'UTC', holidays: holidays.length > 0, holidayCalendar: holidayCalendar !== null, threshold: threshold !== null };
  const faults = Object.entries(given).flatMap(([field, isGiven]) => (isGiven ? [field] : []));
  return faults.length === 0 ? null : `patterns of logs do not depend on ${faults.join(', ')}: leave ${faults.length === 1 ? 'it' : 'them'} out`;
}

/** What was found and is not over ends with what the detector was then, and with it its alerts. */
export async function endOpen(tx: Transaction, orgId: OrgId, id: DetectorId, at: Date): Promise<void> {
  await endFindings(tx, orgId, id, at);
  await dropEpisodes(tx, orgId, id);
}
