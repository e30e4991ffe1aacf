/** Carries an escalation on that is held and due: pages, waits, watches for silence, ends. All in the transaction of whoever holds it. */
import type { Actor, OrgId } from '#contract';
import { ALL_SEEING } from '../../access/index.ts';
import { SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { isCommandWatch } from './commandWatch.ts';
import { holdsOf } from './conditions.ts';
import { selectEscalations, updateEscalation, type EscalationRow } from './escalationStore.ts';
import { isUnderWay, lastDeedOf, readFacts, type IncidentFacts } from './incidentFacts.ts';
import { MIN_ROUND_SECONDS, nextMove } from './nextMove.ts';
import type { Pager } from './pager.ts';
import { selectPages, supersedePages } from './pageStore.ts';
import type { EscalationPorts } from './ports.ts';

export interface AdvanceDeps {
  readonly pager: Pager;
  readonly ports: Pick<EscalationPorts, 'notifier' | 'users' | 'teamsOf' | 'people'>;
}

export interface Advance {
  /** Carries it on as far as it goes now; gives the events to append last. */
  carryOn(tx: Transaction, orgId: OrgId, run: EscalationRow, now: Date): Promise<NewEvent[]>;
  /** Ends it for a reason; gives the events. */
  stop(tx: Transaction, orgId: OrgId, run: EscalationRow, by: Actor, reason: string, now: Date): Promise<NewEvent[]>;
  /** Closes pages that need no answer any more, and takes back what is not sent yet. */
  closePages(tx: Transaction, orgId: OrgId, run: EscalationRow): Promise<void>;
  /** Teams that own the root and the affected services of an incident, the root's first. */
  ownersOf(tx: Transaction, orgId: OrgId, facts: IncidentFacts): Promise<string[]>;
}

/** So many moves at once at most: a plan that only waits for nothing does not hold the transaction for ever. */
const MAX_MOVES = 200;
const MINUTE_MS = 60_000;

/** Makes it. */
export function createAdvance({ pager, ports }: AdvanceDeps): Advance {
  async function ownersOf(tx: Transaction, orgId: OrgId, facts: IncidentFacts): Promise<string[]> {
    const services = [...new Set([facts.root, facts.primary, ...facts.services])].filter((name) => name !== null);
    const named = await ports.teamsOf(orgId, services);
    const found: string[] = [];
    for (const service of services) {
      const name = named.get(service);
      const team = name === undefined ? null : await ports.people.teamNamed(tx, orgId, name);
      if (team !== null && !found.includes(team.id)) found.push(team.id);
    }
    return found;
  }

  async function closePages(tx: Transaction, orgId: OrgId, run: EscalationRow): Promise<void> {
    for (const key of await supersedePages(tx, orgId, run.id)) await ports.notifier.cancel(tx, orgId, key);
  }

  async function end(tx: Transaction, orgId: OrgId, run: EscalationRow, state: 'stopped' | 'exhausted', reason: string, by: Actor, now: Date): Promise<NewEvent[]> {
    await updateEscalation(tx, orgId, run, { state, nextAt: null, endedAt: now, endReason: reason });
    // Who was called and has not answered may still do so when nobody else has.
    if (state === 'stopped') await closePages(tx, orgId, run);
    return [{ type: state === 'stopped' ? 'escalation.stopped' : 'escalation.exhausted', incident: run.incident, actor: by, data: { escalation: run.id, name: run.plan.name, reason } }];
  }

  /** Somebody took it: are they still at it? */
  async function watchSilence(tx: Transaction, orgId: OrgId, run: EscalationRow, facts: IncidentFacts, now: Date): Promise<NewEvent[]> {
    const { silence } = run.plan;
    const user = run.answeredBy;
    if (silence === null || user === null || run.answeredAt === null) {
      await updateEscalation(tx, orgId, run, { nextAt: null });
      return [];
    }
    if (isCommandWatch(run)) {
      // Gave command back and nobody took it: there is nobody to be asked.
      if (facts.commander === null) return end(tx, orgId, run, 'stopped', 'nobody commands any more', SYSTEM_ACTOR, now);
      // A policy that called for a commander since asks the same person.
      const others = await selectEscalations(tx, orgId, [facts.number]);
      if (others.some((other) => other.id !== run.id && other.state === 'answered' && other.plan.role === run.plan.role && other.plan.silence !== null && other.answeredBy === user)) {
        await updateEscalation(tx, orgId, run, { nextAt: new Date(now.getTime() + silence.nudgeMinutes * MINUTE_MS), nudgedAt: null });
        return [];
      }
    }
    const last = (await lastDeedOf(tx, orgId, facts.number, user, run.answeredAt)) ?? run.answeredAt;
    const nudgeAt = new Date(last.getTime() + silence.nudgeMinutes * MINUTE_MS);
    if (nudgeAt > now) {
      await updateEscalation(tx, orgId, run, { nextAt: nudgeAt, nudgedAt: null });
      return [];
    }
    const name = (await ports.users.find(orgId, [user])).get(user)?.name ?? user;
    if (run.nudgedAt === null) {
      await updateEscalation(tx, orgId, run, { nextAt: new Date(now.getTime() + silence.escalateMinutes * MINUTE_MS), nudgedAt: now });
      return [...await pager.nudge(tx, orgId, run, facts, user, name, now)];
    }
    const again = await updateEscalation(tx, orgId, run, { state: 'active', nextAt: now, nudgedAt: null, answeredBy: null, answeredAt: null, silentUser: user });
    const told: NewEvent = { type: 'escalation.silent', incident: facts.number, actor: SYSTEM_ACTOR, data: { escalation: run.id, name: run.plan.name, user, person: name } };
    return [told, ...await walk(tx, orgId, again, facts, now)];
  }

  /** A round that was quick, since nobody could be called or no way led to them, is not followed by the next at once: a little later there may be one. */
  async function leftOfRound(tx: Transaction, orgId: OrgId, run: EscalationRow, now: Date): Promise<number> {
    const [first] = (await selectPages(tx, orgId, [run.id])).filter(({ round, kind }) => round === run.round && kind !== 'nudge');
    return Math.max(0, (first?.sentAt ?? now).getTime() + MIN_ROUND_SECONDS * 1000 - now.getTime());
  }

  async function walk(tx: Transaction, orgId: OrgId, begin: EscalationRow, facts: IncidentFacts, now: Date): Promise<NewEvent[]> {
    const owners = await ownersOf(tx, orgId, facts);
    const holds = holdsOf(facts, owners, now);
    const events: NewEvent[] = [];
    let run = begin;
    for (let moves = 0; moves < MAX_MOVES; moves += 1) {
      const move = nextMove(run.plan, run, holds);
      if (move.kind === 'end') return [...events, ...await end(tx, orgId, run, move.state, move.reason, SYSTEM_ACTOR, now)];
      let waitMs = 0;
      if (move.kind === 'wait') {
        waitMs = Math.max(move.seconds * 1000, move.then.round > run.round ? await leftOfRound(tx, orgId, run, now) : 0);
      } else {
        const { count, events: told } = await pager.page(tx, orgId, run, facts, owners, move.step, move.at, now);
        events.push(...told);
        // Nobody was called: there is nothing to wait for.
        waitMs = count === 0 ? 0 : move.step.waitSeconds * 1000;
      }
      run = await updateEscalation(tx, orgId, run, { ...move.then, nextAt: new Date(now.getTime() + waitMs) });
      if (waitMs > 0) return events;
    }
    return events;
  }

  return {
    ownersOf,
    closePages,
    stop: (tx, orgId, run, by, reason, now) => end(tx, orgId, run, 'stopped', reason, by, now),
    async carryOn(tx, orgId, run, now) {
      if (run.state !== 'active' && run.state !== 'answered') return [];
      const facts = await readFacts(tx, orgId, ALL_SEEING, run.incident);
      if (facts === null || !isUnderWay(facts.state)) return end(tx, orgId, run, 'stopped', 'the incident is over', SYSTEM_ACTOR, now);
      return run.state === 'answered' ? watchSilence(tx, orgId, run, facts, now) : walk(tx, orgId, run, facts, now);
    },
  };
}
