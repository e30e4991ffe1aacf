/**
 * Compares what is open here with Grafana's active alerts, at the start and every five minutes, and
 * delivers anew what a lost webhook left wrong: through the intake, so that correlation sees it like
 * any other delivery. Without a whole and readable answer nothing is done.
 */
import type { Actor, OrgId, Repair, SourceId, SourceRules } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { conflictError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import { createWatch } from '../../platform/watch.ts';
import { GrafanaCallError, selectSource, type GrafanaApi } from '../../sources/index.ts';
import { alertIdOf, alertKeyOf, alertKeyToBigint } from '../identity.ts';
import type { Intake, PayloadOrigin } from '../intake.ts';
import { openEpisodesOf, type OpenEpisode } from '../openEpisodes.ts';
import { listGrafanaAlerts } from './grafanaAlerts.ts';
import { CONFIRM_MS, planReconciliation, type ListedAlert } from './plan.ts';
import { claimDue, enrolSources, makeDue, receiversOf, saveOutcome, type DueSource } from './store.ts';

export const RECONCILE_MS = 5 * 60_000;
const TICK_MS = 10_000;
const RETRY_MS = 60_000;
/** Replicas that start together compare once. */
const FRESH_MS = 30_000;
const ALERTS_A_DELIVERY = 500;
const KEPT_REPAIRS = 20;
const ACTOR: Actor = { kind: 'system', key: 'reconciliation', name: 'Comparison with Grafana' };

export interface Reconciler {
  /** Compares what is due. */
  run(orgId: OrgId): Promise<void>;
  /** Compares one source now. Throws "conflict" when it is not one that is compared. */
  runNow(orgId: OrgId, source: SourceId): Promise<void>;
  /** Makes everything due, and looks again and again. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface ReconcilerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly grafana: GrafanaApi;
  readonly intake: Intake;
  readonly orgs: readonly OrgId[];
}

type OpenWithId = OpenEpisode & { readonly id: string };

function firingAgain(alert: ListedAlert): object {
  return {
    status: 'firing', labels: alert.labels, annotations: alert.annotations, startsAt: alert.startsAt, fingerprint: alert.fingerprint,
    ...(alert.link === null ? {} : { generatorURL: alert.link }), reconciled: true,
  };
}

function resolvedAgain(episode: OpenEpisode, endsAtMs: number): object {
  return {
    ...episode.details, status: 'resolved', labels: episode.labels, annotations: episode.annotations, fingerprint: episode.fingerprint,
    startsAt: new Date(episode.startsAtMs).toISOString(), endsAt: new Date(Math.max(endsAtMs, episode.startsAtMs)).toISOString(), reconciled: true,
  };
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Makes it; start it where jobs run. */
export function createReconciler({ db, clock, logger, grafana, intake, orgs }: ReconcilerDeps): Reconciler {
  async function deliver(orgId: OrgId, source: SourceId, rules: SourceRules | null, alerts: readonly object[]): Promise<void> {
    const origin: PayloadOrigin = { orgId, sourceId: source, tokenId: null, actor: ACTOR, kind: 'grafana', rules };
    for (let from = 0; from < alerts.length; from += ALERTS_A_DELIVERY) {
      const body = { alerts: alerts.slice(from, from + ALERTS_A_DELIVERY) };
      await intake.accept(origin, body, Buffer.from(JSON.stringify(body)), 'application/json');
    }
  }

  async function noteRepairs(orgId: OrgId, source: SourceId, repairs: readonly Repair[], firing: number, resolved: number): Promise<void> {
    if (repairs.length === 0) return;
    logger.warn({ orgId, source, firing, resolved, alerts: repairs.slice(0, KEPT_REPAIRS) }, 'lost webhooks of Grafana were repaired');
    await db.transaction((tx) => appendEvents(tx, orgId, clock.now(), [{
      type: 'source.reconciled', incident: null, actor: ACTOR, data: { source, firing, resolved, alerts: repairs.slice(0, KEPT_REPAIRS) },
    }]));
  }

  async function compare(orgId: OrgId, due: DueSource): Promise<void> {
    const source = due.sourceId;
    const askedAt = clock.now();
    let listed: ListedAlert[];
    try {
      listed = await listGrafanaAlerts(grafana, orgId);
    } catch (error) {
      if (!(error instanceof GrafanaCallError)) throw error;
      logger.warn({ err: error, orgId, source }, 'Grafana could not be asked for its alerts; nothing is changed');
      const waitMs = Math.max(RETRY_MS, (error.retryAfterSeconds ?? 0) * 1000);
      await saveOutcome(db, orgId, source, {
        at: askedAt, ok: false, detail: `${error.message}. Nothing was changed.`, nextAt: new Date(askedAt.getTime() + waitMs), missing: due.missing, repairs: due.repairs,
      });
      return;
    }
    const open: OpenWithId[] = (await openEpisodesOf(db, orgId, source))
      .map((episode) => ({ ...episode, id: alertIdOf(episode.alertKey, new Date(episode.startsAtMs)) }));
    const receivers = await receiversOf(db, orgId, source);
    const rules = (await selectSource(db, orgId, source))?.rules ?? null;
    const plan = planReconciliation({ open, listed, missing: due.missing, receivers, askedMs: askedAt.getTime(), rule: rules?.fingerprintLabels ?? null });
    await deliver(orgId, source, rules, plan.lostFiring.map(firingAgain));
    // These stand here as they are: no rule is applied to them again.
    await deliver(orgId, source, null, plan.lostResolved.map(({ alert, endsAtMs }) => resolvedAgain(alert, endsAtMs)));
    const at = clock.now().toISOString();
    const repairs: Repair[] = [
      ...plan.lostFiring.map((alert): Repair => ({
        at, kind: 'firing', name: alert.labels['alertname'] ?? '', alert: alertIdOf(alertKeyToBigint(alertKeyOf(source, alert.fingerprint)), new Date(alert.startsAt)),
      })),
      ...plan.lostResolved.map(({ alert }): Repair => ({ at, kind: 'resolved', name: alert.name, alert: alertIdOf(alert.alertKey, new Date(alert.startsAtMs)) })),
    ];
    await noteRepairs(orgId, source, repairs, plan.lostFiring.length, plan.lostResolved.length);
    const waiting = Object.keys(plan.missing).length;
    const unknownReceiver = receivers.size === 0 && listed.length > 0
      ? '; which of them go to Muster is known after the first delivery' : '';
    await saveOutcome(db, orgId, source, {
      at: askedAt, ok: true,
      detail: `Grafana has ${plural(listed.length, 'alert')}, ${plural(open.length, 'alert')} of it open here${unknownReceiver}`
        + `${repairs.length === 0 ? '' : `; repaired ${plan.lostFiring.length} lost firing, ${plan.lostResolved.length} lost resolved`}`
        + `${waiting === 0 ? '' : `; ${waiting} not listed any more, looked at again in a minute`}`,
      nextAt: new Date(askedAt.getTime() + (waiting === 0 ? RECONCILE_MS : CONFIRM_MS)), missing: plan.missing,
      repairs: [...repairs, ...due.repairs].slice(0, KEPT_REPAIRS),
    });
  }

  async function run(orgId: OrgId, only: SourceId | null): Promise<number> {
    if (!(await grafana.isConnected(orgId))) return 0;
    const now = clock.now();
    await enrolSources(db, orgId, now);
    const due = await claimDue(db, orgId, now, new Date(now.getTime() + RECONCILE_MS), only);
    for (const source of due) await compare(orgId, source);
    return due.length;
  }

  const watch = createWatch({ clock, logger, orgs, everyMs: TICK_MS, look: (orgId) => run(orgId, null), fault: 'the comparison with Grafana failed; it is tried again' });

  return {
    async run(orgId) {
      await run(orgId, null);
    },
    async runNow(orgId, source) {
      const known = await selectSource(db, orgId, source);
      if (known !== null && (await run(orgId, source)) > 0) return;
      throw conflictError(
        (await grafana.isConnected(orgId))
          ? `source "${source}" is not compared: it must be a Grafana that is switched on, the only one of the organisation, or with "reconcile" set in its rules`
          : 'Muster cannot ask Grafana: set a service-account token under Settings, Sources, Connection to Grafana',
      );
    },
    async start() {
      const now = clock.now();
      for (const orgId of orgs) await makeDue(db, orgId, now, new Date(now.getTime() + RECONCILE_MS - FRESH_MS));
      watch.start();
      watch.tick();
    },
    close: () => watch.close(),
  };
}
