/** What the database says of a storm after it: the facts that must hold whatever happened meanwhile. */
import type { Database } from '../../backend/platform/db/database.ts';
import { eventually } from './app.ts';

export interface Ledger {
  /** Fingerprints of all stored alerts. */
  readonly stored: Set<string>;
  readonly alerts: number;
  readonly incidents: number;
  readonly links: number;
  /** Alerts that belong to no incident. */
  readonly loose: number;
  /** Group keys that more than one incident has. */
  readonly doubledKeys: number;
  /** Incidents whose counts differ from their links. */
  readonly miscounted: number;
  /** Changes of state that stand twice in the log. */
  readonly doubledChanges: number;
  /** Changes that are logged and not correlated. */
  readonly pending: number;
}

interface Row {
  alerts: number;
  incidents: number;
  links: number;
  loose: number;
  doubled_keys: number;
  miscounted: number;
  doubled_changes: number;
  pending: number;
}

/** Reads it all. */
export async function readLedger(db: Database, orgId = 1): Promise<Ledger> {
  const [row] = await db.query<Row>(
    `select
       (select count(*)::integer from alerts where org_id = $1) as alerts,
       (select count(*)::integer from incidents where org_id = $1) as incidents,
       (select count(*)::integer from incident_alerts where org_id = $1) as links,
       (select count(*)::integer from alerts as a where a.org_id = $1 and not exists (
          select 1 from incident_alerts as k where k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at)) as loose,
       (select count(*)::integer from (
          select 1 from incidents as i, unnest(i.group_keys) as g(key) where i.org_id = $1 group by g.key having count(*) > 1) as d) as doubled_keys,
       (select count(*)::integer from (
          select 1 from incidents as i
          left join incident_alerts as k on k.org_id = i.org_id and k.incident_number = i.number
          left join alerts as a on a.org_id = k.org_id and a.alert_key = k.alert_key and a.starts_at = k.starts_at
          where i.org_id = $1
          group by i.number, i.alerts_total, i.alerts_firing
          having i.alerts_total <> count(k.alert_key) or i.alerts_firing <> count(*) filter (where a.status = 'firing')) as m) as miscounted,
       (select count(*)::integer from (
          select 1 from alert_log as l where l.org_id = $1 and l.kind in ('opened', 'resolved', 'superseded')
          group by l.alert_key, l.starts_at, l.kind having count(*) > 1) as t) as doubled_changes,
       (select count(*)::integer from alert_log as l where l.org_id = $1
          and l.position > coalesce((select c.position from correlator_cursors as c where c.org_id = $1), 0)) as pending`,
    [orgId],
  );
  if (row === undefined) throw new Error('no ledger');
  const stored = await db.query<{ fingerprint: string }>('select a.fingerprint from alerts as a where a.org_id = $1', [orgId]);
  return {
    stored: new Set(stored.map((alert) => alert.fingerprint)), alerts: row.alerts, incidents: row.incidents, links: row.links, loose: row.loose,
    doubledKeys: row.doubled_keys, miscounted: row.miscounted, doubledChanges: row.doubled_changes, pending: row.pending,
  };
}

/** Waits until everything logged is correlated, and reads it all. */
export async function settledLedger(db: Database, limitMs = 30_000): Promise<Ledger> {
  return eventually(() => readLedger(db), (ledger) => ledger.pending === 0, limitMs);
}

/** Members of `wanted` that are not in `found`. */
export function missing(wanted: Iterable<string>, found: ReadonlySet<string>): string[] {
  return [...wanted].filter((item) => !found.has(item));
}
