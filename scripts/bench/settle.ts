/** Waiting until what was delivered is also correlated, and what the database then says. */
import type pg from 'pg';
import { pause } from './processes.ts';

const LIMIT_MS = 60_000;
const POLL_MS = 25;

/** Resolves when the correlator has read all of the log; gives how long that took. */
export async function untilCorrelated(client: pg.Client): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < LIMIT_MS) {
    // Prepared and seldom, as this work counts for the service.
    const { rows } = await client.query<{ done: boolean }>({
      name: 'bench-correlated',
      text: `select coalesce((select c.position from correlator_cursors as c where c.org_id = 1), 0)
         >= coalesce((select l.position from alert_log as l where l.org_id = 1 order by l.position desc limit 1), 0) as done`,
    });
    if (rows[0]?.done === true) return performance.now() - startedAt;
    await pause(POLL_MS);
  }
  throw new Error('the correlator did not catch up');
}

/** How many of the fingerprints are stored. */
export async function countStored(client: pg.Client, fingerprints: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ n: number }>('select count(*)::integer as n from alerts as a where a.org_id = 1 and a.fingerprint = any($1::text[])', [fingerprints]);
  return rows[0]?.n ?? 0;
}

/** Alerts, and alerts that are in an incident. */
export async function countLinks(client: pg.Client): Promise<{ alerts: number; linked: number }> {
  const { rows } = await client.query<{ alerts: number; linked: number }>(
    `select count(*)::integer as alerts, count(k.incident_number)::integer as linked from alerts as a
     left join incident_alerts as k on k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at
     where a.org_id = 1`,
  );
  return rows[0] ?? { alerts: 0, linked: 0 };
}
