/**
 * Carries published updates over to Statuspage.io, one request a second, in the order of their publication. One replica works on an
 * organisation at a time; what was carried is noted after each, so that whoever dies is not missed. An incident is looked for before
 * it is made, in case an earlier answer was lost.
 */
import { z } from 'zod';
import type { OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import { OutboundError } from '../../../platform/outbound/outboundError.ts';
import type { OutboundClient, OutboundResponse } from '../../../platform/outbound/client.ts';
import type { KeyRing } from '../../../platform/secrets/keyRing.ts';
import { createWatch, type Watch } from '../../../platform/watch.ts';
import { retryAfterMs } from '../../../platform/outbound/readAnswer.ts';
import { incidentRequest, LIMIT_WINDOW_MS, SPACING_MS, STATUSPAGE_API, unresolvedRequest, type CarriedUpdate, type StatuspageRequest } from './requests.ts';
import { claimSync, findRemote, keepCarried, keepRemote, keyPurpose, nextToCarry, readSync, releaseSync, type StoredSync } from './syncStore.ts';

export const SYNC_TICK_MS = 3_000;
/** Longer than all calls of one update take; whoever dies holds the others up so long. */
const CLAIM_MS = 60_000;
const RETRY_MS = 15_000;
/** Whatever is asked for, it is tried again by then. */
const MOST_RETRY_MS = 3_600_000;
/** What is wrong with the settings does not get better by itself. */
const REFUSED_RETRY_MS = 300_000;
const MAX_ONCE = 20;

export interface SyncWatch extends Watch {
  /** Carries over what waits; gives how many updates. */
  look(orgId: OrgId): Promise<number>;
}

export interface SyncWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ring: KeyRing;
  readonly callOut: OutboundClient['call'];
  readonly baseUrl?: string;
}

/** Something that did not work, and when it is tried again. */
class SyncFault extends Error {
  readonly retryMs: number;

  constructor(message: string, retryMs: number) {
    super(message);
    this.name = 'SyncFault';
    this.retryMs = Math.min(MOST_RETRY_MS, retryMs);
  }
}

const madeSchema = z.looseObject({ id: z.string().min(1).max(64) });
const listedSchema = z.array(z.looseObject({ id: z.string(), metadata: z.looseObject({ muster: z.looseObject({ incident: z.string() }).optional() }).nullish() }));

function parsed<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    throw new SyncFault('Statuspage answered in a way that is not documented', RETRY_MS);
  }
}

/** Makes the watch; start it where jobs run. */
export function createSyncWatch({ db, clock, logger, orgs, ring, callOut, baseUrl = STATUSPAGE_API }: SyncWatchDeps): SyncWatch {
  let nextCallMs = 0;

  /** Waits until the next request may go. */
  async function pace(): Promise<void> {
    const waitMs = nextCallMs - clock.nowMs();
    nextCallMs = Math.max(nextCallMs, clock.nowMs()) + SPACING_MS;
    if (waitMs > 0) await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
  }

  async function call(request: StatuspageRequest, key: string): Promise<OutboundResponse> {
    await pace();
    let response: OutboundResponse;
    try {
      response = await callOut({
        url: `${baseUrl}${request.path}`, method: request.method, headers: { Authorization: `OAuth ${key}`, Accept: 'application/json', ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }), maxRedirects: 0,
      });
    } catch (error) {
      if (error instanceof OutboundError) throw new SyncFault(error.message, RETRY_MS);
      throw error;
    }
    const { status } = response;
    if (status === 420 || status === 429) throw new SyncFault('Statuspage asks for fewer requests', retryAfterMs(response.headers['retry-after'], clock.nowMs()) ?? LIMIT_WINDOW_MS);
    if (status >= 500) throw new SyncFault(`Statuspage answered ${status}`, retryAfterMs(response.headers['retry-after'], clock.nowMs()) ?? RETRY_MS);
    if (status === 401 || status === 403) throw new SyncFault('Statuspage does not take the API key', REFUSED_RETRY_MS);
    return response;
  }

  function refused({ status, body }: OutboundResponse): SyncFault {
    return new SyncFault(status === 404 ? 'Statuspage knows no such page' : `Statuspage refused it (${status}): ${body.slice(0, 200)}`, REFUSED_RETRY_MS);
  }

  async function carry(orgId: OrgId, sync: StoredSync, pageId: string, key: string, update: CarriedUpdate): Promise<void> {
    const remote = await findRemote(db, orgId, update.incident, pageId);
    let id = remote.id;
    if (id === null) {
      const listed = await call(unresolvedRequest(pageId), key);
      if (listed.status !== 200) throw refused(listed);
      id = parsed(listedSchema, listed.body).find(({ metadata }) => metadata?.muster?.incident === String(update.incident))?.id ?? null;
      if (id !== null) await keepRemote(db, orgId, update.incident, pageId, id);
    }
    const told = update.isCorrection ? { ...update, text: `Correction: ${update.text}` } : update;
    const response = await call(incidentRequest({ components: [...sync.components], notify: sync.notify }, pageId, told, id, remote.named), key);
    if (response.status === 404 && id !== null) {
      // Somebody deleted it there; the next try makes it anew.
      await keepRemote(db, orgId, update.incident, pageId, null);
      throw new SyncFault('the incident is gone at Statuspage; it is made anew', SPACING_MS);
    }
    if (response.status !== 200 && response.status !== 201) throw refused(response);
    await db.transaction(async (tx) => {
      await keepRemote(tx, orgId, update.incident, pageId, parsed(madeSchema, response.body).id);
      await keepCarried(tx, orgId, update.id);
    });
  }

  async function tell(orgId: OrgId, type: 'status_page.sync_failed' | 'status_page.synced', problem: string | null): Promise<void> {
    await db.transaction((tx) => appendEvents(tx, orgId, clock.now(), [{ type, incident: null, actor: SYSTEM_ACTOR, data: { problem } }]));
  }

  async function look(orgId: OrgId): Promise<number> {
    for (let carried = 0; ; carried += 1) {
      const update = await nextToCarry(db, orgId);
      if (update === null || carried === MAX_ONCE) return carried;
      const now = clock.now();
      if (!(await claimSync(db, orgId, now, new Date(now.getTime() + CLAIM_MS)))) return carried;
      const sync = await readSync(db, orgId);
      try {
        if (sync.pageId === null || sync.apiKey === null) return carried;
        // Read again under the claim: another replica may have just carried it.
        const next = await nextToCarry(db, orgId);
        if (next !== null) await carry(orgId, sync, sync.pageId, ring.open(sync.apiKey, keyPurpose(orgId)), next);
        await releaseSync(db, orgId, { until: null, problem: null, lastAt: clock.now() });
        if (sync.problem !== null) await tell(orgId, 'status_page.synced', null);
      } catch (error) {
        const fault = error instanceof SyncFault ? error : new SyncFault('an inner fault; see the log', RETRY_MS);
        if (!(error instanceof SyncFault)) logger.warn({ err: error, orgId }, 'an update could not be carried over to Statuspage');
        await releaseSync(db, orgId, { until: new Date(clock.nowMs() + fault.retryMs), problem: fault.message, lastAt: null });
        if (sync.problem !== fault.message) await tell(orgId, 'status_page.sync_failed', fault.message);
        return carried;
      }
    }
  }

  return { look, ...createWatch({ clock, logger, orgs, everyMs: SYNC_TICK_MS, look, fault: 'updates could not be carried over to Statuspage; the next look is soon' }) };
}
