/** Takes the due deliveries of one channel, as many as provider, breaker and replica let begin now. */
import type { OrgId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { permits, tried } from './breaker.ts';
import type { Notice } from './channels/channel.ts';
import { findChannel, kindOf, type ChannelRow } from './channelStore.ts';
import { claimDeliveries, gatherBundle, lockStranded, type DeliveryRow } from './deliveryStore.ts';
import { breakerOf, lockHealth, writeHealth, type HealthRow } from './healthStore.ts';
import { readMessages } from './messageStore.ts';
import { sendLimitMs, type Happening } from './nextHop.ts';
import { afterTaking, freePlaces } from './pacing.ts';
import { settle } from './settle.ts';
import { noticeOfAll, waysOf } from './transmit.ts';
import type { WorkerDeps } from './workerDeps.ts';

/** One message that is to be sent. */
export interface Work {
  readonly orgId: OrgId;
  readonly channel: ChannelRow;
  readonly receipts: boolean;
  readonly row: DeliveryRow;
  /** Told in the same message. */
  readonly members: readonly DeliveryRow[];
  readonly notice: Notice;
  readonly address: string | null;
  readonly threadRef: string | null;
  /** When the provider lets it begin. */
  readonly atMs: number;
}

export interface Claimed {
  readonly work: readonly Work[];
  /** When more may be taken; null: nothing more is known to wait, or it waits for what is under way. */
  readonly nextInMs: number | null;
  /** Some go on over other channels, where they are due now. */
  readonly moved: boolean;
}

/** Critical messages do not wait longer than this for a provider that asked for a pause. */
const LONG_PAUSE_MS = 2_000;
const STRANDED_AT_ONCE = 200;
/** Time to write what became of a message. */
const LEASE_MARGIN_MS = 4_000;
const CRITICAL = [0, 0] as const;
const BULK = [1, 9] as const;

/** Sends what cannot go over this channel now over others, or leaves it until it can. */
async function strand(tx: Transaction, deps: WorkerDeps, orgId: OrgId, channel: string, happening: Happening, criticalOnly: boolean): Promise<number> {
  const rows = (await lockStranded(tx, orgId, channel, deps.clock.now(), STRANDED_AT_ONCE)).filter((row) => !criticalOnly || row.priority <= 1);
  const events = await settle(tx, deps, orgId, rows.map((row) => ({ row, happening })));
  await appendEvents(tx, orgId, deps.clock.now(), events);
  return rows.length;
}

interface Taken {
  readonly rows: readonly DeliveryRow[];
  readonly atMs: readonly number[];
  readonly limited: boolean;
  readonly nextFreeMs: number;
}

async function take(tx: Transaction, deps: WorkerDeps, orgId: OrgId, channel: ChannelRow, health: HealthRow, free: { readonly bulk: number; readonly critical: number }, isTrial: boolean): Promise<Taken> {
  const nowMs = deps.clock.nowMs();
  const perSecond = channel.per_second ?? deps.kinds[kindOf(channel)]?.perSecond ?? 1;
  const nextFreeMs = health.next_free_at.getTime();
  const { atMs } = freePlaces(nextFreeMs, perSecond, nowMs, isTrial ? 1 : Math.max(0, free.bulk) + Math.max(0, free.critical));
  const claim = { now: deps.clock.now(), owner: deps.owner };
  const criticalLimit = Math.min(atMs.length, free.critical);
  const critical = await claimDeliveries(tx, orgId, channel.id, { ...claim, leaseUntil: new Date(nowMs + sendLimitMs('critical') + LEASE_MARGIN_MS), priorities: CRITICAL, limit: criticalLimit });
  const bulkLimit = Math.min(atMs.length - critical.length, free.bulk);
  const bulk = await claimDeliveries(tx, orgId, channel.id, { ...claim, leaseUntil: new Date(nowMs + sendLimitMs('normal') + LEASE_MARGIN_MS), priorities: BULK, limit: bulkLimit });
  const rows = [...critical, ...bulk];
  const next = rows.length === 0 ? nextFreeMs : afterTaking(nextFreeMs, perSecond, nowMs, rows.length);
  if (rows.length > 0) {
    const breaker = breakerOf(health);
    await writeHealth(tx, orgId, { channel: channel.id, breaker: isTrial ? tried(breaker, nowMs) : breaker, nextFreeMs: next, succeededAt: null, failedAt: null, failure: null });
  }
  // More may wait when every place was taken, or none was free yet.
  const limited = rows.length > 0 || atMs.length === 0;
  return { rows, atMs, limited, nextFreeMs: next };
}

/** Takes what may begin. Each try is noted before this returns. */
export async function claimChannel(deps: WorkerDeps, orgId: OrgId, channelId: string, free: { readonly bulk: number; readonly critical: number }): Promise<Claimed> {
  const { db, clock } = deps;
  let moved = 0;
  const claimed = await db.transaction(async (tx) => {
    const health = (await lockHealth(tx, orgId, [channelId])).get(channelId);
    const channel = await findChannel(tx, orgId, channelId);
    if (health === undefined || channel === undefined) return null;
    if (!channel.enabled) {
      moved = await strand(tx, deps, orgId, channelId, { kind: 'gone', reason: `the channel ${channelId} is out of use` }, false);
      return null;
    }
    const nowMs = clock.nowMs();
    const permit = permits(breakerOf(health), nowMs);
    if (permit.kind === 'none') {
      moved = await strand(tx, deps, orgId, channelId, { kind: 'resting', forMs: Math.max(1, permit.untilMs - nowMs) }, false);
      return null;
    }
    const pauseMs = health.next_free_at.getTime() - nowMs;
    if (pauseMs > LONG_PAUSE_MS) {
      moved = await strand(tx, deps, orgId, channelId, { kind: 'throttled', retryAfterMs: pauseMs }, true);
      return { channel, taken: { rows: [], atMs: [], limited: true, nextFreeMs: health.next_free_at.getTime() }, bundles: new Map<string, DeliveryRow[]>(), told: new Set<string>() };
    }
    const taken = await take(tx, deps, orgId, channel, health, free, permit.kind === 'trial');
    const bundles = new Map<string, DeliveryRow[]>();
    const told = new Set<string>();
    for (const row of taken.rows) {
      if (!row.bundled || told.has(row.id)) continue;
      const members = await gatherBundle(tx, row, taken.rows.filter((other) => other.bundled && other.tries <= 1 && other.recipient_key === row.recipient_key && !told.has(other.id)).map(({ id }) => id));
      bundles.set(row.id, members);
      for (const member of members) told.add(member.id);
    }
    return { channel, taken, bundles, told };
  });
  if (claimed === null) return { work: [], nextInMs: null, moved: moved > 0 };
  const { channel, taken, bundles, told } = claimed;
  const messages = await readMessages(db, orgId, [...new Set([...taken.rows, ...[...bundles.values()].flat()].map((row) => row.message_id))]);
  const receipts = deps.kinds[kindOf(channel)]?.receipts ?? false;
  const ready = taken.rows.flatMap((row, place) => {
    if (told.has(row.id)) return [];
    const members = bundles.get(row.id) ?? [];
    const notice = noticeOfAll(row, members, messages);
    // Forgotten meanwhile; its lease ends, and there is nothing to tell.
    return notice === null ? [] : [{ row, members, notice, thread: notice.thread, atMs: taken.atMs[place] ?? clock.nowMs() }];
  });
  const ways = await waysOf(db, orgId, ready);
  const work = ready.map(({ row, members, notice, atMs }, place): Work => ({ orgId, channel, receipts, row, members, notice, atMs, ...(ways[place] ?? { address: null, threadRef: null }) }));
  return { work, nextInMs: taken.limited ? Math.max(1, taken.nextFreeMs - clock.nowMs()) : null, moved: moved > 0 };
}
