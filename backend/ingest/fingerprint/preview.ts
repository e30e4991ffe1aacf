/** Reads the newest alerts of a source and shows how they would regroup. */
import type { FingerprintPreview, Labels, OrgId, SourceId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import { regroup, type PastEpisode } from './regroup.ts';

const NEWEST = 1_000;
/** Looked through one after the other, until there are enough: the index of first sightings then bounds the search. */
const WINDOWS_DAYS = [1, 7, 3_650];
const DAY_MS = 86_400_000;

/** The newest 1,000 episodes of the source under other labels. */
export async function previewFingerprint(q: Queryable, orgId: OrgId, source: SourceId, names: readonly string[], now: Date): Promise<FingerprintPreview> {
  let episodes: PastEpisode[] = [];
  for (const days of WINDOWS_DAYS) {
    episodes = await q.query<{ fingerprint: string; name: string; labels: Labels }>(
      `select a.fingerprint, a.name, a.labels from alerts as a
       where a.org_id = $1::integer and a.source_id = $2::text and a.first_seen_at >= $4::timestamptz
       order by a.first_seen_at desc, a.starts_at desc limit $3::integer`,
      [orgId, source, NEWEST, new Date(now.getTime() - days * DAY_MS)],
    );
    if (episodes.length >= NEWEST) break;
  }
  return regroup(names, episodes);
}
