/**
 * Carries a drill on: sends what is due, looks what was reached, and at the end takes back what it made up. Each step may be done
 * twice, by whichever replica: alerts that are sent again are repeats, and what is written is written under the lock of the run.
 */
import type { DrillOutcome, LifecycleCommand, OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import { isRetryableDatabaseError, type Database, type Transaction } from '../../../platform/db/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Logger } from '../../../platform/logger.ts';
import { beginEnding, lockDrillRun, markEnded, noteIncident, noteSent, type StoredDrillRun } from './drillRunStore.ts';
import { incidentsOfRun, openRunsFor, type DrillIncident } from './factStore.ts';
import { dueCount, inOrder, webhookOf } from './payload.ts';
import type { DrillPorts } from './ports.ts';
import { reportOf } from './report.ts';
import { isComplete } from './score.ts';

export interface AdvanceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ports: DrillPorts;
}

/** Alerts that cannot be taken back are left as they are after so long. */
const GIVE_UP_MS = 15 * 60_000;
const REASON = 'the drill is over';

/** The commands that lead an incident of a drill to its end, from the state in which it is. */
export function waysToEnd(state: string): readonly LifecycleCommand[] {
  switch (state) {
    case 'candidate':
      return ['reject'];
    case 'declared':
    case 'investigating':
      return ['cancel'];
    case 'identified':
    case 'mitigating':
      return ['mitigate', 'resolve'];
    case 'monitoring':
      return ['resolve'];
    default:
      return [];
  }
}

/** Makes it. */
export function createAdvance({ db, clock, logger, ports }: AdvanceDeps): (orgId: OrgId, run: StoredDrillRun) => Promise<void> {
  /** Sends alerts up to a place in their order. Gives why it failed, or null. */
  async function send(orgId: OrgId, run: StoredDrillRun, from: number, to: number, endedAt: Date | null): Promise<string | null> {
    const alerts = inOrder(run.definition.alerts).slice(from, to);
    if (alerts.length === 0) return null;
    try {
      const answer = await ports.deliver(orgId, webhookOf({ run: run.id, name: run.name, startedAt: run.startedAt, alerts }, from, endedAt));
      return answer.status >= 200 && answer.status < 300 ? null : `intake answered ${answer.status}: ${answer.body.slice(0, 300)}`;
    } catch (error) {
      logger.warn({ err: error, orgId, run: run.id }, 'alerts of a drill could not be sent; it is tried again');
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function runOn(orgId: OrgId, run: StoredDrillRun): Promise<void> {
    const due = dueCount(run.definition.alerts, clock.nowMs() - run.startedAt.getTime());
    if (due > run.alertsSent) {
      const error = await send(orgId, run, run.alertsSent, due, null);
      await noteSent(db, orgId, run.id, error === null ? due : run.alertsSent, clock.now(), error);
    }
    await db.transaction(async (tx) => {
      const current = await lockDrillRun(tx, orgId, run.id);
      if (current?.state !== 'running') return;
      const now = clock.now();
      const report = await reportOf(tx, orgId, current, ports, now.getTime(), false);
      const outcome: DrillOutcome | null = isComplete(report.stages) && current.alertsSent === current.definition.alerts.length ? 'completed' : now >= current.deadline ? 'timed_out' : null;
      const incident = report.incidents[0] ?? null;
      if (outcome === null) {
        if (incident !== null) await noteIncident(tx, orgId, run.id, incident);
        return;
      }
      await beginEnding(tx, orgId, run.id, outcome, null, await reportOf(tx, orgId, current, ports, now.getTime(), true), incident);
    });
  }

  /** Ends an incident within a savepoint; gives what stands against it, or null. */
  async function endIncident(tx: Transaction, orgId: OrgId, at: Date, incident: DrillIncident, events: NewEvent[]): Promise<string | null> {
    await tx.query('savepoint drill_incident');
    try {
      const told: NewEvent[] = [];
      for (const command of waysToEnd(incident.state)) told.push(...await ports.moveIncident(tx, orgId, at, incident.number, command, REASON));
      await tx.query('release savepoint drill_incident');
      events.push(...told);
      return null;
    } catch (error) {
      if (!(error instanceof AppError) || isRetryableDatabaseError(error)) throw error;
      await tx.query('rollback to savepoint drill_incident');
      return error.message;
    }
  }

  async function end(orgId: OrgId, run: StoredDrillRun): Promise<void> {
    const now = clock.now();
    const error = await send(orgId, run, 0, run.alertsSent, now);
    if (error !== null) {
      await noteSent(db, orgId, run.id, run.alertsSent, now, error);
      if (now.getTime() < run.deadline.getTime() + GIVE_UP_MS) return;
    }
    await db.transaction(async (tx) => {
      const current = await lockDrillRun(tx, orgId, run.id);
      if (current?.state !== 'ending' || current.report === null) return;
      const at = clock.now();
      const incidents = await incidentsOfRun(tx, orgId, run.id);
      const events: NewEvent[] = [];
      for (const open of await openRunsFor(tx, orgId, incidents.map(({ number }) => number))) events.push(...await ports.cancelRun(tx, orgId, open, at, SYSTEM_ACTOR, REASON));
      const left: string[] = [];
      for (const incident of incidents) {
        const fault = await endIncident(tx, orgId, at, incident, events);
        if (fault !== null) left.push(`INC-${incident.number} was left open: ${fault}`);
      }
      const report = { ...current.report, reasons: [...current.report.reasons, ...left, ...(error === null ? [] : [`its alerts could not be ended: ${error}`])] };
      await markEnded(tx, orgId, run.id, report, at);
      events.push({
        type: 'drill.ended', incident: null, actor: SYSTEM_ACTOR, data: { drill: run.drill, run: run.id, name: run.name, outcome: current.outcome, score: report.score, incident: current.incident },
      });
      await appendEvents(tx, orgId, at, events);
    });
  }

  return (orgId, run) => (run.state === 'ending' ? end(orgId, run) : runOn(orgId, run));
}
