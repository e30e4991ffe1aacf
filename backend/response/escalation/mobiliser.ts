/**
 * Acts on the events of the log in their order, each once: calls people when an incident is declared or grows worse, and lets
 * them go when it is over. The cursor of the organisation is held meanwhile and moved in the same transaction.
 */
import type { LiveEvent, OrgId, UserKey } from '#contract';
import { ALL_SEEING } from '../../access/index.ts';
import { appendEvents, createFollower, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Advance } from './advance.ts';
import { CLOCK_EVENTS } from './clocks/clock.ts';
import type { IncidentClocks } from './clocks/clocks.ts';
import { watchCommander } from './commandWatch.ts';
import { holdsOf } from './conditions.ts';
import { hasDue, lockLive, moveCursor, takeCursor, takeDue, updateEscalation } from './escalationStore.ts';
import { isUnderWay, readFacts } from './incidentFacts.ts';
import { selectStarting } from './policyStore.ts';
import type { Starter } from './starter.ts';
import { occasionOf, RELEVANT_EVENTS, startsFor } from './starts.ts';

export interface Mobiliser {
  /** Acts on all that is new and due. */
  look(orgId: OrgId): Promise<void>;
}

export interface MobiliserDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly advance: Advance;
  readonly starter: Starter;
  readonly clocks: Pick<IncidentClocks, 'follow' | 'look'>;
}

/** In one transaction at most, so that the first ones are called before all are looked at. */
const EVENTS_AT_ONCE = 10;
/** So many escalations are carried on side by side: paging is many small queries, and most of its time is waiting for them. */
const LANES = 4;
/** What fails is tried again after so long. */
const RETRY_MS = 2_000;

/** Makes it. */
export function createMobiliser({ db, clock, logger, advance, starter, clocks }: MobiliserDeps): Mobiliser {
  async function call(tx: Transaction, orgId: OrgId, incident: number, cause: string, at: Date): Promise<NewEvent[]> {
    const facts = await readFacts(tx, orgId, ALL_SEEING, incident);
    // Merged away, or over again since: whoever goes on was called for that one.
    if (facts === null || facts.number !== incident || !isUnderWay(facts.state)) return [];
    if (facts.commander !== null) await watchCommander(tx, orgId, incident, facts.commander, at);
    const policies = await selectStarting(tx, orgId);
    if (policies.length === 0) return [];
    const owners = await advance.ownersOf(tx, orgId, facts);
    const holds = holdsOf(facts, owners, at);
    const events: NewEvent[] = [];
    for (const { id, version, body } of policies) {
      if (!startsFor(body, { severity: facts.severity, owners, holds })) continue;
      events.push(...(await starter.begin(tx, orgId, { incident, policy: { id, version }, plan: body, cause: `${facts.severity.toUpperCase()} ${cause}`, by: SYSTEM_ACTOR, at })) ?? []);
    }
    return events;
  }

  /** Who was given a role by hand has it: nobody else is called for it, and it is they who are watched for silence. */
  async function took(tx: Transaction, orgId: OrgId, incident: number, role: string, user: UserKey, at: Date): Promise<NewEvent[]> {
    for (const run of await lockLive(tx, orgId, incident)) {
      if (run.plan.role !== role || run.answeredBy === user) continue;
      const nextAt = run.plan.silence === null ? null : new Date(at.getTime() + run.plan.silence.nudgeMinutes * 60_000);
      await updateEscalation(tx, orgId, run, { state: 'answered', answeredBy: user, answeredAt: at, nextAt, nudgedAt: null, silentUser: null });
      await advance.closePages(tx, orgId, run);
    }
    if (role === 'commander') {
      const facts = await readFacts(tx, orgId, ALL_SEEING, incident);
      if (facts !== null && facts.number === incident && isUnderWay(facts.state) && facts.commander === user) await watchCommander(tx, orgId, incident, user, at);
    }
    return [];
  }

  async function follow(tx: Transaction, orgId: OrgId, incident: number, into: number, at: Date): Promise<NewEvent[]> {
    const there = new Set((await lockLive(tx, orgId, into)).map(({ policy }) => policy));
    const events: NewEvent[] = [];
    for (const run of await lockLive(tx, orgId, incident)) {
      if (run.policy !== null && there.has(run.policy)) events.push(...await advance.stop(tx, orgId, run, SYSTEM_ACTOR, `INC-${into} goes on, and has it under way`, at));
      else await updateEscalation(tx, orgId, run, { incident: into });
    }
    return events;
  }

  async function actOn(tx: Transaction, orgId: OrgId, event: LiveEvent, at: Date): Promise<NewEvent[]> {
    const occasion = occasionOf(event);
    if (occasion === null || event.incident === null) return [];
    switch (occasion.kind) {
      case 'call':
        return call(tx, orgId, event.incident, occasion.cause, at);
      case 'taken':
        return took(tx, orgId, event.incident, occasion.role, occasion.user, at);
      case 'merged':
        return follow(tx, orgId, event.incident, occasion.into, at);
      case 'end': {
        const events: NewEvent[] = [];
        for (const run of await lockLive(tx, orgId, event.incident)) events.push(...await advance.stop(tx, orgId, run, SYSTEM_ACTOR, occasion.reason, at));
        return events;
      }
    }
  }

  const follower = createFollower({
    db, clock, logger, cursor: { take: takeCursor, move: moveCursor }, atOnce: EVENTS_AT_ONCE, types: [...new Set([...RELEVANT_EVENTS, ...CLOCK_EVENTS])],
    async act(tx, orgId, event, at) {
      await clocks.follow(tx, orgId, event);
      return actOn(tx, orgId, event, at);
    },
    fault: 'nobody could be called at an event, again and again; it is passed over',
  });

  /** Carries on the next escalation that is due. False: there is none, or others are at it. */
  async function nextDue(orgId: OrgId): Promise<boolean> {
    const now = clock.now();
    return db.transaction(async (tx) => {
      const run = await takeDue(tx, orgId, now);
      if (run === null) return false;
      // One that fails stands behind the others, instead of before them for ever.
      await tx.query('savepoint carry_on');
      try {
        await appendEvents(tx, orgId, now, await advance.carryOn(tx, orgId, run, now));
      } catch (error) {
        await tx.query('rollback to savepoint carry_on');
        logger.error({ err: error, orgId, escalation: run.id }, 'an escalation could not be carried on; it is tried again soon');
        await updateEscalation(tx, orgId, run, { nextAt: new Date(now.getTime() + RETRY_MS) });
      }
      return true;
    });
  }

  async function carryOnAll(orgId: OrgId): Promise<void> {
    let busy = true;
    while (busy) busy = await nextDue(orgId);
  }

  return {
    async look(orgId) {
      const lanes = new Set<Promise<void>>();
      const faults: unknown[] = [];
      const addLane = (): void => {
        if (lanes.size >= LANES) return;
        const lane: Promise<void> = carryOnAll(orgId).catch((error: unknown) => void faults.push(error)).finally(() => lanes.delete(lane));
        lanes.add(lane);
      };
      try {
        // Who is to be called for one incident is called while the next one is looked at.
        while (await follower.next(orgId)) addLane();
        if (await hasDue(db, orgId, clock.now())) for (let lane = 0; lane < LANES; lane += 1) addLane();
      } finally {
        await Promise.all(lanes);
      }
      if (faults.length > 0) throw faults[0];
      await clocks.look(orgId);
    },
  };
}
