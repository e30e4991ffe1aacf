/** SQL of the running replicas. Times are the database's, so that clocks of machines need not agree. */
import type { Queryable } from '../platform/db/database.ts';

export interface ReplicaRow {
  id: string;
  started_at: Date;
  heartbeat_at: Date;
  alive: boolean;
}

/** Says that the replica lives, with the worker ids under which it locks jobs. */
export async function beat(q: Queryable, id: string, roles: readonly string[], workerIds: readonly string[]): Promise<void> {
  await q.query(
    `insert into replicas as r (id, roles, worker_ids) values ($1::text, $2::text[], $3::text[])
     on conflict (id) do update set heartbeat_at = now(), worker_ids = excluded.worker_ids, roles = excluded.roles`,
    [id, roles, workerIds],
  );
}

/** Removes replicas silent for longer than `silentMs`. Gives their ids. */
export async function removeSilent(q: Queryable, silentMs: number): Promise<string[]> {
  const rows = await q.query<{ id: string }>(
    `delete from replicas as r where r.heartbeat_at < now() - make_interval(secs => $1::double precision / 1000) returning r.id`,
    [silentMs],
  );
  return rows.map((row) => row.id);
}

/**
 * Frees jobs locked by workers of no living replica, unless the lock is younger than `graceMs`
 * (its replica may not have told its ids yet). Gives how many workers were cut off.
 */
export async function freeOrphanedJobs(q: Queryable, graceMs: number): Promise<number> {
  const rows = await q.query<{ worker_id: string }>(
    `select distinct j.locked_by as worker_id from graphile_worker.jobs as j
     where j.locked_by is not null
       and j.locked_at < now() - make_interval(secs => $1::double precision / 1000)
       and not exists (select 1 from replicas as r where j.locked_by = any(r.worker_ids))`,
    [graceMs],
  );
  const ids = rows.map((row) => row.worker_id);
  if (ids.length > 0) await q.query('select graphile_worker.force_unlock_workers($1::text[])', [ids]);
  return ids.length;
}

export async function removeReplica(q: Queryable, id: string): Promise<void> {
  await q.query('delete from replicas as r where r.id = $1::text', [id]);
}

/** Replicas, the longest-running first. */
export function listReplicas(q: Queryable, silentMs: number): Promise<ReplicaRow[]> {
  return q.query<ReplicaRow>(
    `select r.id, r.started_at, r.heartbeat_at,
       r.heartbeat_at >= now() - make_interval(secs => $1::double precision / 1000) as alive
     from replicas as r order by r.started_at`,
    [silentMs],
  );
}
