/**
 * What this process knows to be stored already, so that a repeat needs no write.
 *
 * Sources tell of a firing alert again and again; most deliveries say nothing new. An episode whose
 * newest delivery had the same content is only counted, and the counts are added up in the
 * database every few seconds. What is lost when a process dies is a few seconds of those counts,
 * never an alert or a change of one. The cache may be dropped at any time: the database then
 * recognises the repeat.
 */
import { LRUCache } from 'lru-cache';
import type { OrgId } from '#contract';
import type { RepeatCount } from './alertStore.ts';
import type { DeliveredAlert } from './parse.ts';

interface KnownAlert {
  readonly orgId: OrgId;
  readonly alertKey: string;
  readonly startsAtMs: number;
  contentHash: number;
  repeats: number;
  lastSeenMs: number;
}

export interface KnownAlerts {
  /** True when the delivery says what the newest known one said; it is then counted. */
  isRepeat(orgId: OrgId, sourceId: string, alert: DeliveredAlert, nowMs: number): boolean;
  /** Notes what is stored now. Call after the commit. */
  remember(orgId: OrgId, sourceId: string, alert: DeliveredAlert, alertKey: string, nowMs: number): void;
  /** Counts a delivery that the database found to be a repeat. */
  countRepeat(orgId: OrgId, alertKey: string, startsAtMs: number, nowMs: number): void;
  /** Takes back counts that could not be written. */
  giveBack(orgId: OrgId, count: RepeatCount): void;
  /** Takes the counts gathered since the last call, by organisation. */
  takeRepeats(): Map<OrgId, RepeatCount[]>;
  size(): number;
}

function cacheKey(orgId: OrgId, sourceId: string, alert: DeliveredAlert): string {
  return `${orgId} ${sourceId} ${alert.fingerprint} ${alert.startsAtMs}`;
}

/** Makes a cache of at most `capacity` episodes, forgetting the least recently seen. */
export function createKnownAlerts(capacity: number): KnownAlerts {
  const known = new LRUCache<string, KnownAlert>({ max: capacity });
  let touched = new Set<KnownAlert>();
  let uncached = new Map<string, KnownAlert>();

  function count(alert: KnownAlert, nowMs: number): void {
    alert.repeats += 1;
    alert.lastSeenMs = nowMs;
  }

  function countUncached(orgId: OrgId, alertKey: string, startsAtMs: number, repeats: number, seenMs: number): void {
    const key = `${orgId} ${alertKey} ${startsAtMs}`;
    const entry = uncached.get(key) ?? { orgId, alertKey, startsAtMs, contentHash: 0, repeats: 0, lastSeenMs: seenMs };
    entry.repeats += repeats;
    entry.lastSeenMs = Math.max(entry.lastSeenMs, seenMs);
    uncached.set(key, entry);
  }

  return {
    isRepeat(orgId, sourceId, alert, nowMs) {
      const entry = known.get(cacheKey(orgId, sourceId, alert));
      if (entry === undefined || entry.contentHash !== alert.contentHash) return false;
      count(entry, nowMs);
      touched.add(entry);
      return true;
    },
    remember(orgId, sourceId, alert, alertKey, nowMs) {
      const key = cacheKey(orgId, sourceId, alert);
      const entry = known.get(key);
      if (entry === undefined) {
        known.set(key, { orgId, alertKey, startsAtMs: alert.startsAtMs, contentHash: alert.contentHash, repeats: 0, lastSeenMs: nowMs });
      } else {
        entry.contentHash = alert.contentHash;
      }
    },
    countRepeat: (orgId, alertKey, startsAtMs, nowMs) => countUncached(orgId, alertKey, startsAtMs, 1, nowMs),
    giveBack: (orgId, given) => countUncached(orgId, given.alertKey, given.startsAtMs, given.repeats, given.lastSeenMs),
    takeRepeats() {
      const taken = new Map<OrgId, Map<string, RepeatCount>>();
      for (const entry of [...touched, ...uncached.values()]) {
        if (entry.repeats === 0) continue;
        const ofOrg = taken.get(entry.orgId) ?? new Map<string, RepeatCount>();
        const key = `${entry.alertKey} ${entry.startsAtMs}`;
        const before = ofOrg.get(key);
        ofOrg.set(key, {
          alertKey: entry.alertKey, startsAtMs: entry.startsAtMs,
          repeats: entry.repeats + (before?.repeats ?? 0),
          lastSeenMs: Math.max(entry.lastSeenMs, before?.lastSeenMs ?? 0),
        });
        taken.set(entry.orgId, ofOrg);
        entry.repeats = 0;
      }
      touched = new Set();
      uncached = new Map();
      return new Map([...taken].map(([orgId, counts]) => [orgId, [...counts.values()]]));
    },
    size: () => known.size,
  };
}
