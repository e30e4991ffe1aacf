/** Jobs that keep the house: partitions, retention, expired keys. Each may run twice without harm. */
import { forgetWhyNot } from './correlation/index.ts';
import { forgetFindings } from './detection/index.ts';
import { forgetKeptLinks } from './incidents/index.ts';
import { dropPartitions, ensurePartitions } from './ingest/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { Database } from './platform/db/database.ts';
import type { Idempotency } from './platform/http/idempotency.ts';
import type { Job } from './platform/jobs/worker.ts';
import type { Logger } from './platform/logger.ts';
import { UNDO_WITHIN_MINUTES, type OrgId } from '#contract';
import type { DependencyLearner } from './services/index.ts';
import type { Sources } from './sources/index.ts';

export interface UpkeepDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: Pick<Config, 'retention'>;
  readonly sources: Pick<Sources, 'prune'>;
  readonly idempotency: Pick<Idempotency, 'prune'>;
  readonly orgs: readonly OrgId[];
  readonly learner: DependencyLearner;
}

const DAY_MS = 86_400_000;

/** The jobs, with their times in UTC. */
export function upkeepJobs(deps: UpkeepDeps): Job[] {
  const { db, clock, logger, config } = deps;
  return [
    {
      name: 'alerts.ensure_partitions',
      cron: '17 * * * *',
      async run() {
        const made = await ensurePartitions(db, clock.now());
        if (made > 0) logger.info({ made }, 'partitions of the alert log made ahead');
      },
    },
    {
      name: 'alerts.drop_old',
      cron: '41 2 * * *',
      async run() {
        const dropped = await dropPartitions(db, new Date(clock.nowMs() - config.retention.alertLogDays * DAY_MS));
        const alerts = await deleteLooseAlerts(db, new Date(clock.nowMs() - config.retention.alertDays * DAY_MS));
        await forgetWhyNot(db, new Date(clock.nowMs() - config.retention.alertDays * DAY_MS));
        const findings = await forgetFindings(db, new Date(clock.nowMs() - config.retention.alertDays * DAY_MS));
        logger.info({ dropped, alerts, findings }, 'alerts past their retention removed');
      },
    },
    {
      name: 'catalog.learn_dependencies',
      cron: '7 * * * *',
      async run() {
        for (const orgId of deps.orgs) {
          const { alerts, proposed } = await deps.learner.learn(orgId);
          if (proposed > 0) logger.info({ orgId, alerts, proposed }, 'dependencies proposed from alerts');
        }
      },
    },
    {
      name: 'incidents.forget_regroupings',
      cron: '33 * * * *',
      async run() {
        const links = await forgetKeptLinks(db, new Date(clock.nowMs() - UNDO_WITHIN_MINUTES * 60_000));
        if (links > 0) logger.info({ links }, 'links kept for an undo forgotten');
      },
    },
    {
      name: 'keys.prune',
      cron: '23 3 * * *',
      async run() {
        const keys = await deps.idempotency.prune();
        const { deadLetters } = await deps.sources.prune(config.retention.deadLetterDays);
        logger.info({ keys, deadLetters }, 'expired keys and dead letters removed');
      },
    },
  ];
}

const DELETE_BATCH = 5_000;

/** Deletes alerts that ended before `before` and belong to no incident, in small batches. Gives how many. */
async function deleteLooseAlerts(db: Database, before: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const rows = await db.query<{ n: number }>(
      `with old as (
         select a.org_id, a.alert_key, a.starts_at from alerts as a
         where a.status = 'resolved' and a.first_seen_at < $1::timestamptz and a.ends_at < $1::timestamptz
           and not exists (select 1 from incident_alerts as k where k.org_id = a.org_id and k.alert_key = a.alert_key and k.starts_at = a.starts_at)
         limit $2::integer
       ), repeats as (
         delete from alert_repeats as r using old
         where r.org_id = old.org_id and r.alert_key = old.alert_key and r.starts_at = old.starts_at
       ), derived as (
         delete from alert_derived as d using old
         where d.org_id = old.org_id and d.alert_key = old.alert_key and d.starts_at = old.starts_at
       ), why_not as (
         delete from alerts_why_not as w using old
         where w.org_id = old.org_id and w.alert_key = old.alert_key and w.starts_at = old.starts_at
       ), gone as (
         delete from alerts as a using old
         where a.org_id = old.org_id and a.alert_key = old.alert_key and a.starts_at = old.starts_at returning 1
       )
       select count(*)::integer as n from gone`,
      [before, DELETE_BATCH],
    );
    const n = rows[0]?.n ?? 0;
    total += n;
    if (n < DELETE_BATCH) return total;
  }
}
