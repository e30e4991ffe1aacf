/**
 * Acts on the events of the log in their order, each once: the cursor of the organisation is held while a run is
 * started, and moved in the same transaction. Timers are acted on while it is held, too, so that what is counted
 * for the limit of targets is exact.
 */
import { parseDuration, type LiveEvent, type OrgId } from '#contract';
import { appendEvents, createFollower, type NewEvent } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createPatience } from '../../../platform/patience.ts';
import type { Scope } from '../kinds/kind.ts';
import { isFor } from './applies.ts';
import type { Occasion } from './occasion.ts';
import type { AutomationPorts, LiveRunbook } from './ports.ts';
import { actOnTrigger, type Case } from './startTrigger.ts';
import { endsTimers, isDeclaration, occasionsOf, RELEVANT_EVENTS } from './triggerEvents.ts';
import { deleteTimer, deleteTimers, findConcerned, hasDueTimer, hasTimer, insertTimer, moveCursor, takeCursor, takeDueTimer, type ConcernedIncident, type TimerRow } from './triggerStore.ts';

export interface TriggerRunner {
  /** Acts on all that is new and due. */
  look(orgId: OrgId): Promise<void>;
}

export interface TriggerRunnerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ports: Pick<AutomationPorts, 'startRun' | 'listLive' | 'incidentScope'>;
}

/** States in which an incident still has timers. */
const TIMED_STATES = ['declared', 'investigating', 'identified', 'mitigating', 'monitoring'];

function keyOfTimer({ position, runbook, trigger_index: index }: TimerRow): string {
  return `${position}/${runbook}/${index}`;
}

function servicesNamedIn(data: Readonly<Record<string, unknown>>): string[] {
  const named: unknown = data['services'] ?? data['service'];
  return (Array.isArray(named) ? named : [named]).filter((name) => typeof name === 'string');
}

/** Makes it. */
export function createTriggerRunner({ db, clock, logger, ports }: TriggerRunnerDeps): TriggerRunner {
  const patience = createPatience();

  function caseOf(tx: Transaction, orgId: OrgId, position: string, occasion: Occasion, incident: ConcernedIncident | null, live: readonly LiveRunbook[]): Case {
    const services = incident?.services ?? servicesNamedIn(Object.fromEntries(Object.entries(occasion.event['data'] ?? {})));
    let scope: Promise<Scope> | null = null;
    return {
      orgId, position, occasion, at: clock.now(), incident, services, live,
      scope() {
        scope ??= (async () => {
          const known = incident === null ? null : await ports.incidentScope(tx, orgId, incident.number);
          return { ...(known ?? { incident: null, alerts: [], services }), event: occasion.event };
        })();
        return scope;
      },
    };
  }

  async function actOn(tx: Transaction, orgId: OrgId, event: LiveEvent): Promise<NewEvent[]> {
    if (event.incident !== null && endsTimers(event.type)) await deleteTimers(tx, orgId, event.incident);
    const occasions = occasionsOf(event);
    if (occasions.length === 0) return [];
    const live = await ports.listLive(tx, orgId);
    const there = live.filter(({ since }) => since.getTime() <= Date.parse(event.at));
    const incident = event.incident === null ? null : (await findConcerned(tx, orgId, event.incident)) ?? null;
    if (incident === null && event.incident !== null) return [];
    const told: NewEvent[] = [];
    if (incident !== null && isDeclaration(event.type)) await setTimers(tx, orgId, event, incident, there);
    for (const occasion of occasions) {
      const one = caseOf(tx, orgId, event.position, occasion, incident, live);
      for (const runbook of there) {
        for (const [index, trigger] of runbook.document.triggers.entries()) {
          if (trigger.on === occasion.on) told.push(...await actOnTrigger(tx, ports, one, runbook, index, trigger, logger));
        }
      }
    }
    return told;
  }

  async function setTimers(tx: Transaction, orgId: OrgId, event: LiveEvent, incident: ConcernedIncident, live: readonly LiveRunbook[]): Promise<void> {
    for (const { document } of live) {
      if (!isFor(document, incident.services)) continue;
      for (const [index, trigger] of document.triggers.entries()) {
        const afterMs = trigger.after === undefined ? null : parseDuration(trigger.after);
        if (trigger.on !== 'timer' || afterMs === null) continue;
        await insertTimer(tx, orgId, { position: event.position, runbook: document.metadata.id, trigger_index: index, incident_number: incident.number, due_at: new Date(Date.parse(event.at) + afterMs) });
      }
    }
  }

  const follower = createFollower({
    db, clock, logger, cursor: { take: takeCursor, move: moveCursor }, types: RELEVANT_EVENTS, act: actOn,
    fault: 'triggers could not be looked for at an event again and again; it is passed over',
  });

  async function nextTimer(orgId: OrgId): Promise<boolean> {
    const now = clock.now();
    if (!(await hasDueTimer(db, orgId, now))) return false;
    let at: TimerRow | null = null;
    try {
      return await db.transaction(async (tx) => {
        if ((await takeCursor(tx, orgId, false)) === null) return false;
        const timer = await takeDueTimer(tx, orgId, now);
        if (timer === undefined) return false;
        at = timer;
        await ring(tx, orgId, timer);
        return true;
      });
    } catch (error) {
      if (at === null || !patience.endsWith(String(orgId), keyOfTimer(at))) throw error;
      logger.error({ err: error, orgId, timer: at }, 'a timer could not be acted on again and again; it is given up');
      await deleteTimer(db, orgId, at);
      return true;
    }
  }

  async function ring(tx: Transaction, orgId: OrgId, timer: TimerRow): Promise<void> {
    const incident = await findConcerned(tx, orgId, timer.incident_number);
    if (incident === undefined || !TIMED_STATES.includes(incident.state)) return;
    // Merged into one that was declared, too, and has the same timer.
    if (incident.number !== timer.incident_number && (await hasTimer(tx, orgId, incident.number, timer.runbook, timer.trigger_index))) return;
    const live = await ports.listLive(tx, orgId);
    const runbook = live.find(({ document }) => document.metadata.id === timer.runbook);
    const trigger = runbook?.document.triggers[timer.trigger_index];
    // Taken out, or changed since: it is not that timer any more.
    if (runbook === undefined || trigger?.on !== 'timer') return;
    const occasion: Occasion = { on: 'timer', event: { type: 'timer', at: timer.due_at.toISOString(), by: 'Muster', data: {} } };
    const told = await actOnTrigger(tx, ports, caseOf(tx, orgId, timer.position, occasion, incident, live), runbook, timer.trigger_index, trigger, logger);
    await appendEvents(tx, orgId, clock.now(), told);
  }

  return {
    async look(orgId) {
      let busy = true;
      while (busy) busy = await follower.next(orgId);
      busy = true;
      while (busy) busy = await nextTimer(orgId);
    },
  };
}
