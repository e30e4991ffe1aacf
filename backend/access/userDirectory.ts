/** Remembers who was here, and tells which role Muster itself has given them. */
import { LRUCache } from 'lru-cache';
import type { OrgId, Role, UserKey } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { findUser, upsertUser, type StoredUser, type UserSnapshot } from './userStore.ts';

/** How long a role given at another replica may go unnoticed here. */
export const OVERRIDE_MAX_AGE_MS = 5_000;
/** Being seen again is written down no more often than this. */
export const SEEN_PERIOD_MS = 60_000;
const MAX_ENTRIES = 10_000;

export interface UserDirectory {
  /** Notes that a person is here and gives the override of their role, or null. */
  see(orgId: OrgId, seen: UserSnapshot): Promise<Role | null>;
  /** Forgets what is known of a person, after their role changed. */
  forget(orgId: OrgId, key: UserKey): void;
}

function isUpToDate(stored: StoredUser, seen: UserSnapshot, nowMs: number): boolean {
  return (
    nowMs - stored.lastSeenAt.getTime() < SEEN_PERIOD_MS &&
    stored.login === seen.login &&
    stored.name === seen.name &&
    stored.email === seen.email &&
    stored.derivedRole === seen.derivedRole
  );
}

/** A directory over the table `users`. */
export function createUserDirectory({ db, clock }: { readonly db: Queryable; readonly clock: Clock }): UserDirectory {
  const entries = new LRUCache<string, { readonly stored: StoredUser; readonly readAtMs: number }>({ max: MAX_ENTRIES });

  return {
    async see(orgId, seen) {
      const entryKey = `${orgId}/${seen.key}`;
      const nowMs = clock.nowMs();
      const entry = entries.get(entryKey);
      if (entry !== undefined && nowMs - entry.readAtMs < OVERRIDE_MAX_AGE_MS && isUpToDate(entry.stored, seen, nowMs)) {
        return entry.stored.roleOverride;
      }
      const found = await findUser(db, orgId, seen.key);
      const stored = found !== null && isUpToDate(found, seen, nowMs) ? found : await upsertUser(db, orgId, seen, clock.now());
      entries.set(entryKey, { stored, readAtMs: nowMs });
      return stored.roleOverride;
    },
    forget(orgId, key) {
      entries.delete(`${orgId}/${key}`);
    },
  };
}
