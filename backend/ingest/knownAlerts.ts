/**
 * What this process knows to be stored already, so that a repeat needs no write.
 *
 * Sources tell of a firing alert again and again; most deliveries say nothing new. An episode whose
 * newest delivery had the same content is only counted, and the counts are added up in the
 * database every few seconds. What is lost when a process dies is a few seconds of those counts,
 * never an alert or a change of one. The cache may be dropped at any time: the database then
 * recognises the repeat.
 *
 * Two tables take turns: when the younger one is half of what may be kept, the elder goes, and with
 * it what was not heard of since the last turn.
 */
import { orgId as orgIdSchema, type OrgId } from '#contract';
import type { RepeatCount } from './alertStore.ts';
import { createEpisodeTable, type Episode, type EpisodeKey } from './episodeTable.ts';

/** Which delivery is meant: the alert's key as 16 hex digits, its start, and what it says. */
export interface KnownDelivery {
  readonly key: string;
  readonly startsAtMs: number;
  readonly contentHash: number;
}

export interface KnownAlerts {
  /** True when the delivery says what the newest known one said; it is then counted. */
  isRepeat(orgId: OrgId, delivery: KnownDelivery, nowMs: number): boolean;
  /** Notes what is stored now. Call after the commit. */
  remember(orgId: OrgId, delivery: KnownDelivery, nowMs: number): void;
  /** Counts a delivery that the database found to be a repeat. */
  countRepeat(orgId: OrgId, alertKey: string, startsAtMs: number, nowMs: number): void;
  /** Takes back counts that could not be written. */
  giveBack(orgId: OrgId, count: RepeatCount): void;
  /** Another replica has stored something else since: the next delivery asks the database. */
  forget(orgId: OrgId, count: RepeatCount): void;
  /** Takes the counts gathered since the last call, by organisation. */
  takeRepeats(): Map<OrgId, RepeatCount[]>;
  size(): number;
}

/** No delivery has this hash. */
const NO_CONTENT = -1;

function episodeKeyOf(orgId: OrgId, { key, startsAtMs }: Omit<KnownDelivery, 'contentHash'>): EpisodeKey {
  return { orgId, high: Number.parseInt(key.slice(0, 8), 16) | 0, low: Number.parseInt(key.slice(8), 16) | 0, startsAtMs };
}

/** The key of an episode as the database knows it. */
function alertKeyOfEpisode({ high, low }: EpisodeKey): string {
  return ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
}

/** Makes a cache of at most about `capacity` episodes, forgetting those not heard of for longest. */
export function createKnownAlerts(capacity: number): KnownAlerts {
  let young = createEpisodeTable();
  let old = createEpisodeTable();
  /** Counts of episodes that are in no table, by organisation, key and start. */
  let uncached = new Map<string, { readonly orgId: OrgId; readonly alertKey: string; readonly startsAtMs: number; repeats: number; lastSeenMs: number; contentHash: number | null }>();

  function countUncached(orgId: OrgId, alertKey: string, startsAtMs: number, repeats: number, seenMs: number, contentHash: number | null): void {
    const name = `${orgId} ${alertKey} ${startsAtMs}`;
    const entry = uncached.get(name) ?? { orgId, alertKey, startsAtMs, repeats: 0, lastSeenMs: seenMs, contentHash };
    entry.contentHash = contentHash ?? entry.contentHash;
    entry.repeats += repeats;
    entry.lastSeenMs = Math.max(entry.lastSeenMs, seenMs);
    uncached.set(name, entry);
  }

  function countEpisode(episode: Episode): void {
    countUncached(orgIdSchema.parse(episode.orgId), alertKeyOfEpisode(episode), episode.startsAtMs, episode.repeats, episode.lastSeenMs, episode.contentHash);
  }

  function put(episode: Episode): void {
    if (young.size() >= capacity / 2) {
      old.takeRepeats().forEach(countEpisode);
      old = young;
      young = createEpisodeTable();
    }
    young.put(episode);
  }

  /** Place in the younger table, to which an episode of the elder comes over; -1 when it is in neither. */
  function findYoung(key: EpisodeKey): number {
    const place = young.find(key);
    if (place !== -1) return place;
    const elder = old.find(key);
    if (elder === -1) return -1;
    const contentHash = old.contentHash(elder);
    put({ ...key, contentHash, ...old.takeAt(elder) });
    return young.find(key);
  }

  return {
    isRepeat(orgId, delivery, nowMs) {
      const place = findYoung(episodeKeyOf(orgId, delivery));
      if (place === -1 || young.contentHash(place) !== delivery.contentHash) return false;
      young.addRepeat(place, nowMs);
      return true;
    },
    remember(orgId, delivery, nowMs) {
      const key = episodeKeyOf(orgId, delivery);
      const place = findYoung(key);
      if (place === -1) put({ ...key, contentHash: delivery.contentHash, repeats: 0, lastSeenMs: nowMs });
      else young.setContentHash(place, delivery.contentHash);
    },
    countRepeat: (orgId, alertKey, startsAtMs, nowMs) => countUncached(orgId, alertKey, startsAtMs, 1, nowMs, null),
    giveBack: (orgId, given) => countUncached(orgId, given.alertKey, given.startsAtMs, given.repeats, given.lastSeenMs, given.contentHash),
    forget(orgId, { alertKey, startsAtMs, contentHash }) {
      const place = findYoung(episodeKeyOf(orgId, { key: BigInt.asUintN(64, BigInt(alertKey)).toString(16).padStart(16, '0'), startsAtMs }));
      // What was stored here meanwhile is no longer what was counted.
      if (place !== -1 && young.contentHash(place) === contentHash) young.setContentHash(place, NO_CONTENT);
    },
    takeRepeats() {
      young.takeRepeats().forEach(countEpisode);
      old.takeRepeats().forEach(countEpisode);
      const taken = new Map<OrgId, RepeatCount[]>();
      for (const { orgId, ...count } of uncached.values()) {
        const ofOrg = taken.get(orgId) ?? [];
        ofOrg.push(count);
        taken.set(orgId, ofOrg);
      }
      uncached = new Map();
      return taken;
    },
    size: () => young.size() + old.size(),
  };
}
