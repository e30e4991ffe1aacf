/**
 * The exchange of silences with Grafana. Both directions are jobs, so that an outage of either side loses nothing: what
 * was set here stays `pending` until Grafana has it; what was set there is read every minute. Each may run twice without
 * harm (see grafanaSilence.ts for how a repeated sending is recognised). While a silence of ours is on its way, what
 * Grafana says of it is not taken over: the newest word was spoken here.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { orgId as orgIdSchema, type OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Job } from '../platform/jobs/worker.ts';
import type { Logger } from '../platform/logger.ts';
import { GrafanaCallError, type GrafanaApi } from '../sources/index.ts';
import { createdSilence, grafanaSilenceList, isSame, markIn, toGrafanaBody, toMatchers, withoutMark, type GrafanaSilence } from './grafanaSilence.ts';
import { bumpVersion } from './settingsStore.ts';
import { insertSilence, keepGrafanaId, lockShared, noteSync, selectSilence, updateSilence, writeSyncNote, type StoredSilence } from './silenceStore.ts';

export const PUSH_SILENCE_JOB = 'noise.push_silence';
const SILENCES = '/api/alertmanager/grafana/api/v2/silences';
const pushPayload = z.object({ orgId: orgIdSchema, id: z.string() });

export interface SilenceSyncDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly grafana: GrafanaApi;
  readonly organisations: readonly OrgId[];
  readonly onChanged: (orgId: OrgId) => void;
}

export interface SilenceExchange {
  /** Tells Grafana of one silence as it stands now. Throws when that must be tried again. */
  push(orgId: OrgId, id: string): Promise<void>;
  /** Takes over what Grafana has. Never throws for what Grafana does; it is noted. */
  pull(orgId: OrgId): Promise<void>;
  readonly jobs: readonly Job[];
}

/** True when sending again later can help. */
function isPassing(error: GrafanaCallError): boolean {
  return error.fault === 'unreachable' || error.fault === 'throttled' || error.fault === 'unreadable' || (error.fault === 'failed' && (error.status ?? 500) >= 500);
}

/** Makes the exchange. */
export function createSilenceSync(deps: SilenceSyncDeps): SilenceExchange {
  const { db, clock, logger, grafana, onChanged } = deps;

  async function read(orgId: OrgId): Promise<GrafanaSilence[]> {
    const parsed = grafanaSilenceList.safeParse(await grafana.call(orgId, { method: 'GET', path: SILENCES }));
    if (!parsed.success) throw new GrafanaCallError('unreadable', 'Grafana lists its silences in a shape that is not known');
    return parsed.data;
  }

  /** Grafana's id of a silence of ours, also when the answer that told it was lost. */
  async function findId(orgId: OrgId, silence: StoredSilence): Promise<string | null> {
    if (silence.grafanaId !== null) return silence.grafanaId;
    return (await read(orgId)).find((theirs) => theirs.status.state !== 'expired' && markIn(theirs.comment) === silence.id)?.id ?? null;
  }

  /** Gives Grafana's id after the call. */
  async function send(orgId: OrgId, silence: StoredSilence): Promise<string | null> {
    const grafanaId = await findId(orgId, silence);
    if (silence.endsAt <= clock.now()) {
      if (grafanaId === null) return null;
      try {
        await grafana.call(orgId, { method: 'DELETE', path: `/api/alertmanager/grafana/api/v2/silence/${encodeURIComponent(grafanaId)}` });
      } catch (error) {
        // Gone already, or expired: that is what was wanted.
        if (!(error instanceof GrafanaCallError) || error.status !== 404) throw error;
      }
      return grafanaId;
    }
    const answer = createdSilence.safeParse(await grafana.call(orgId, { method: 'POST', path: SILENCES, body: toGrafanaBody({ ...silence, grafanaId }) }));
    if (!answer.success) throw new GrafanaCallError('unreadable', 'Grafana took the silence and did not say its id');
    return answer.data.silenceID;
  }

  async function push(orgId: OrgId, id: string): Promise<void> {
    const silence = await selectSilence(db, orgId, id, false);
    if (silence === null || silence.sync !== 'pending') return;
    try {
      const grafanaId = await send(orgId, silence);
      await db.transaction(async (tx) => {
        if (await noteSync(tx, orgId, id, silence.version, 'synced', grafanaId, null)) {
          await appendEvents(tx, orgId, clock.now(), [{ type: 'silence.synced', incident: null, actor: SYSTEM_ACTOR, data: { silence: id, grafanaId } }]);
        } else if (grafanaId !== null) {
          await keepGrafanaId(tx, orgId, id, grafanaId);
        }
      });
    } catch (error) {
      if (!(error instanceof GrafanaCallError)) throw error;
      if (isPassing(error)) {
        await noteSync(db, orgId, id, silence.version, 'pending', null, error.message);
        throw error;
      }
      await db.transaction(async (tx) => {
        if (!(await noteSync(tx, orgId, id, silence.version, 'failed', null, error.message))) return;
        await appendEvents(tx, orgId, clock.now(), [{ type: 'silence.sync_failed', incident: null, actor: SYSTEM_ACTOR, data: { silence: id, problem: error.message } }]);
      });
      logger.warn({ err: error, orgId, silence: id }, 'Grafana refuses a silence; it holds here only');
    }
  }

  /** Takes over one list of Grafana's. */
  async function takeOver(orgId: OrgId, theirs: readonly GrafanaSilence[]): Promise<boolean> {
    return db.transaction(async (tx) => {
      const at = clock.now();
      const known = await lockShared(tx, orgId, at);
      const events: NewEvent[] = [];
      const seen = new Set<string>();
      let changed = false;
      for (const one of theirs) {
        const mine = known.find((silence) => silence.grafanaId === one.id || (silence.grafanaId === null && markIn(one.comment) === silence.id));
        const isOver = one.status.state === 'expired' || Date.parse(one.endsAt) <= at.getTime();
        if (mine === undefined) {
          if (isOver) continue;
          changed = true;
          const id = randomUUID();
          await insertSilence(tx, orgId, {
            id, grafanaId: one.id, origin: 'grafana', matchers: toMatchers(one), startsAt: new Date(one.startsAt), endsAt: new Date(one.endsAt),
            comment: withoutMark(one.comment), createdBy: one.createdBy, sync: 'synced',
          }, at);
          events.push({ type: 'silence.created', incident: null, actor: SYSTEM_ACTOR, data: { silence: id, comment: withoutMark(one.comment), origin: 'grafana' } });
          continue;
        }
        seen.add(mine.id);
        if (mine.sync === 'pending' || (!isOver && isSame(mine, one))) continue;
        changed = true;
        // Expired there ends it here, now at the latest.
        const endsAt = isOver ? new Date(Math.min(at.getTime(), Date.parse(one.endsAt))) : new Date(one.endsAt);
        await updateSilence(tx, orgId, mine.id, { matchers: toMatchers(one), startsAt: new Date(one.startsAt), endsAt, comment: withoutMark(one.comment), sync: 'synced', grafanaId: one.id }, at);
        events.push({ type: isOver ? 'silence.expired' : 'silence.edited', incident: null, actor: SYSTEM_ACTOR, data: { silence: mine.id, origin: 'grafana' } });
      }
      for (const mine of known) {
        if (seen.has(mine.id) || mine.grafanaId === null || mine.sync !== 'synced') continue;
        changed = true;
        await updateSilence(tx, orgId, mine.id, { ...mine, endsAt: at, startsAt: mine.startsAt < at ? mine.startsAt : at }, at);
        events.push({ type: 'silence.expired', incident: null, actor: SYSTEM_ACTOR, data: { silence: mine.id, origin: 'grafana' } });
      }
      await writeSyncNote(tx, orgId, at, null);
      if (changed) await bumpVersion(tx, orgId);
      await appendEvents(tx, orgId, at, events);
      return changed;
    });
  }

  async function pull(orgId: OrgId): Promise<void> {
    if (!(await grafana.isConnected(orgId))) return;
    try {
      if (await takeOver(orgId, await read(orgId))) onChanged(orgId);
    } catch (error) {
      if (!(error instanceof GrafanaCallError)) throw error;
      await writeSyncNote(db, orgId, null, error.message);
      logger.warn({ err: error, orgId }, "Grafana's silences could not be read; those known before still hold until they end");
    }
  }

  return {
    push,
    pull,
    jobs: [
      {
        name: PUSH_SILENCE_JOB,
        cron: null,
        async run(payload) {
          const { orgId, id } = pushPayload.parse(payload);
          await push(orgId, id);
        },
      },
      {
        name: 'noise.pull_silences',
        cron: '* * * * *',
        async run() {
          for (const orgId of deps.organisations) await pull(orgId);
        },
      },
    ],
  };
}
