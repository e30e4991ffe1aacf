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

/** What was found and is not over ends with what the detector was then, and with it its alerts. */
export async function endOpen(tx: Transaction, orgId: OrgId, id: DetectorId, at: Date): Promise<void> {
  await endFindings(tx, orgId, id, at);
  await dropEpisodes(tx, orgId, id);
}
