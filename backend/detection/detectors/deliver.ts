/**
 * Carries findings of active detectors into intake, like any alert. The finding is committed before, and marked as told after:
 * whoever dies in between tells it again, which is the same episode to intake, and two at once do no harm for the same reason.
 */
import { DETECTOR_SOURCE, type Actor, type OrgId } from '#contract';
import type { Intake } from '../../ingest/index.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { incomingAlertOf } from './alertText.ts';
import { listUntold, markTold } from './findingStore.ts';

const AT_ONCE = 500;
const ACTOR: Actor = { kind: 'system', key: 'detectors', name: 'Detectors' };

export interface DeliverDeps {
  readonly db: Database;
  readonly logger: Logger;
  readonly intake: Pick<Intake, 'accept'>;
}

/** Makes it. Gives how many findings intake has taken. */
export function createDeliver({ db, logger, intake }: DeliverDeps): (orgId: OrgId) => Promise<number> {
  return async (orgId) => {
    let total = 0;
    for (;;) {
      const untold = await listUntold(db, orgId, AT_ONCE);
      if (untold.length === 0) return total;
      const body = { alerts: untold.map(incomingAlertOf) };
      const { kept } = await intake.accept({ orgId, sourceId: DETECTOR_SOURCE, tokenId: null, actor: ACTOR }, body, Buffer.from(JSON.stringify(body)), 'application/json');
      if (kept > 0) logger.warn({ orgId, kept }, 'alerts of detectors could not be read; they are among the dead letters');
      const isOver = (finding: (typeof untold)[number]): boolean => finding.endsAt !== null;
      await markTold(db, orgId, untold.filter((finding) => !isOver(finding)).map(({ id }) => id), untold.filter(isOver).map(({ id }) => id));
      total += untold.length;
      if (untold.length < AT_ONCE) return total;
    }
  };
}
