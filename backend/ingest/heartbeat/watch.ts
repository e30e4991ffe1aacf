/**
 * Watches that sources are heard, and raises an alert of Muster's own when one is not. Any number of
 * replicas may watch: the alert begins at the deadline, so all of them make the same episode, and the
 * intake takes it once. Whoever dies is not missed, because the state stands in the database.
 */
import { sourceId, type Actor, type OrgId, type SourceId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { createWatch, type Watch } from '../../platform/watch.ts';
import type { Intake, PayloadOrigin } from '../intake.ts';
import { judgeHeartbeat, type HeartbeatVerdict } from './judge.ts';
import { armHeartbeats, disarmHeartbeat, markSilent, noteLook, selectWatched, type WatchedSource } from './store.ts';

/** With the grace below it, well within 30 seconds of the deadline. */
export const HEARTBEAT_TICK_MS = 5_000;
const BLIND_MS = 60_000;
/** Under this name Muster's own alerts stand. */
export const OWN_SOURCE: SourceId = sourceId.parse('muster');
const OWN_ACTOR: Actor = { kind: 'system', key: 'heartbeat', name: 'Heartbeat' };

export interface HeartbeatWatch extends Watch {
  /** Looks at all sources of an organisation, or at one. */
  look(orgId: OrgId, only?: SourceId): Promise<void>;
}

export interface HeartbeatWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly intake: Intake;
  readonly orgs: readonly OrgId[];
}

function inWords(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

function alertOf(source: WatchedSource, verdict: Exclude<HeartbeatVerdict, { kind: 'fine' }>): object {
  const heard = source.heardAt === null ? 'It was never heard.' : `It was last heard at ${source.heardAt.toISOString()}.`;
  const within = source.intervalSeconds === null ? '' : ` for ${inWords(source.intervalSeconds)}`;
  return {
    status: verdict.kind === 'open' ? 'firing' : 'resolved', fingerprint: `silent-${source.sourceId}`,
    labels: { alertname: 'SourceSilent', source: source.sourceId, service: source.sourceId, severity: 'sev2' },
    annotations: {
      summary: `Nothing was heard from ${source.name}${verdict.kind === 'open' ? within : ''}: its alerts may be missing`,
      description: `${heard} Check the sender, its contact point and the way to Muster; Settings, Sources has a test alert for it.`,
    },
    startsAt: new Date(verdict.startsAtMs).toISOString(),
    ...(verdict.kind === 'close' ? { endsAt: new Date(verdict.endsAtMs).toISOString() } : {}),
  };
}

/** Makes the watch; start it where jobs run. */
export function createHeartbeatWatch({ db, clock, logger, intake, orgs }: HeartbeatWatchDeps): HeartbeatWatch {
  /** Twice does no harm: the alert is stored first, and is the same one each time. */
  async function carryOut(orgId: OrgId, source: WatchedSource, verdict: Exclude<HeartbeatVerdict, { kind: 'fine' }>): Promise<void> {
    const origin: PayloadOrigin = { orgId, sourceId: OWN_SOURCE, tokenId: null, actor: OWN_ACTOR };
    const body = { alerts: [alertOf(source, verdict)] };
    await intake.accept(origin, body, Buffer.from(JSON.stringify(body)), 'application/json');
    const startsAt = new Date(verdict.startsAtMs);
    await db.transaction(async (tx) => {
      const isNews = verdict.kind === 'open'
        ? await markSilent(tx, orgId, source.sourceId, null, startsAt)
        : await markSilent(tx, orgId, source.sourceId, startsAt, null);
      if (!isNews) return;
      logger.warn({ orgId, source: source.sourceId, since: startsAt }, verdict.kind === 'open' ? 'a source is silent' : 'a silent source is heard again, or need not be');
      await appendEvents(tx, orgId, clock.now(), [{
        type: verdict.kind === 'open' ? 'source.silent' : 'source.heard_again', incident: null, actor: OWN_ACTOR,
        data: { source: source.sourceId, since: startsAt.toISOString() },
      }]);
    });
  }

  async function look(orgId: OrgId, only: SourceId | null): Promise<void> {
    const now = clock.now();
    if (only === null) {
      await noteLook(db, orgId, now, BLIND_MS);
      await armHeartbeats(db, orgId, now);
    }
    for (const source of await selectWatched(db, orgId, only)) {
      const verdict = judgeHeartbeat({
        intervalMs: source.intervalSeconds === null ? null : source.intervalSeconds * 1000, heardMs: source.heardAt?.getTime() ?? null,
        armedMs: source.armedAt.getTime(), silentSinceMs: source.silentSince?.getTime() ?? null, nowMs: now.getTime(),
      });
      if (verdict.kind !== 'fine') await carryOut(orgId, source, verdict);
      if (source.intervalSeconds === null) await disarmHeartbeat(db, orgId, source.sourceId);
    }
  }

  return {
    look: (orgId, only) => look(orgId, only ?? null),
    ...createWatch({ clock, logger, orgs, everyMs: HEARTBEAT_TICK_MS, look: (orgId) => look(orgId, null), fault: 'heartbeats could not be looked at; the next look is soon' }),
  };
}
