/** Gives alerts whose times cannot be true others, as those of a sender that says none. */
import type { OrgId } from '#contract';
import type { Queryable } from '../platform/db/database.ts';
import { hasTrueStart, withStart } from './begins.ts';
import { alertKeyToBigint } from './identity.ts';
import { openStarts } from './openEpisodes.ts';
import type { DeliveredAlert } from './parse.ts';

/** A delivered alert with its key, as 16 hex digits. */
export interface KeyedAlert {
  readonly alert: DeliveredAlert;
  readonly key: string;
}

/** The start of the open episode, else the time of receipt. A resolve for which nothing is open says nothing, and is left out. */
export async function settleTimes(q: Queryable, orgId: OrgId, doubted: readonly KeyedAlert[], nowMs: number): Promise<KeyedAlert[]> {
  const keys = doubted.filter(({ alert }) => !hasTrueStart(alert, nowMs)).map(({ key }) => alertKeyToBigint(key));
  const open = await openStarts(q, orgId, keys, new Date(nowMs));
  return doubted.flatMap(({ alert, key }) => {
    const episode = alertKeyToBigint(key);
    const startsAtMs = hasTrueStart(alert, nowMs) ? alert.startsAtMs : (open.get(episode) ?? (alert.status === 'firing' ? nowMs : null));
    if (startsAtMs === null) return [];
    // The same alert twice in one payload is one episode.
    open.set(episode, startsAtMs);
    return [{ alert: withStart(alert, startsAtMs, nowMs), key }];
  });
}
