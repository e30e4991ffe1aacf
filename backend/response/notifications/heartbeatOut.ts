/** Calls an address of another system every minute while Muster works, so that the other notices when it does not. */
import type { OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { OutboundClient } from '../../platform/outbound/client.ts';
import { OutboundError } from '../../platform/outbound/outboundError.ts';
import { noteHeartbeat, readSettings, takeHeartbeat } from './settings.ts';

const PERIOD_MS = 60_000;

export interface HeartbeatOutDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly callOut: OutboundClient['call'];
}

/** Calls it when it is due; one replica does. */
export async function beatOut({ db, clock, callOut }: HeartbeatOutDeps, orgId: OrgId): Promise<void> {
  const { heartbeatUrl } = await readSettings(db, orgId);
  if (heartbeatUrl === null || !(await takeHeartbeat(db, orgId, clock.now(), new Date(clock.nowMs() + PERIOD_MS)))) return;
  let failure: string | null = null;
  try {
    const { status } = await callOut({ url: heartbeatUrl, method: 'GET', maxRedirects: 0 });
    if (status < 200 || status > 299) failure = `it answered ${status}`;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    failure = error.message;
  }
  await db.transaction(async (tx) => {
    const wasOk = await noteHeartbeat(tx, orgId, clock.now(), failure);
    // Told when it changes, not every minute.
    if (wasOk === (failure === null)) return;
    await appendEvents(tx, orgId, clock.now(), [{
      type: failure === null ? 'heartbeat_out.works_again' : 'heartbeat_out.failed', incident: null, actor: SYSTEM_ACTOR, data: failure === null ? {} : { reason: failure },
    }]);
  });
}
