/** Carries out one paging step of an escalation that is held: who is meant, who of them can be reached, who is next, and tells them. */
import type { ContactUrgency, OrgId, PageId, Severity, UserKey } from '#contract';
import type { NewEvent } from '../../eventlog/index.ts';
import { SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { percentOf } from '../../platform/percent.ts';
import type { EscalationRow } from './escalationStore.ts';
import type { IncidentFacts } from './incidentFacts.ts';
import type { PagingStep, Position } from './nextMove.ts';
import { countTurn, insertPage, lockTurns, selectNightPaged, selectPages } from './pageStore.ts';
import { pickPeople, withNewcomers } from './pickOne.ts';
import type { EscalationPorts, PageOrder } from './ports.ts';
import { pageSubject, roleText } from './wording.ts';

/** How long a page can be answered. */
export const PAGE_LIFE_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

export interface PagerDeps {
  readonly ports: Pick<EscalationPorts, 'notifier' | 'people' | 'onCall'>;
  /** Address at which a page is answered without a login. */
  respondUrl(orgId: OrgId, page: PageId, expiresAt: Date): string;
  incidentUrl(number: number): string;
}

export interface Paged {
  readonly count: number;
  readonly events: readonly NewEvent[];
}

export interface Pager {
  page(tx: Transaction, orgId: OrgId, run: EscalationRow, facts: IncidentFacts, owners: readonly string[], step: PagingStep, at: Position, now: Date): Promise<Paged>;
  /** Reminds whoever took it; gives the events. */
  nudge(tx: Transaction, orgId: OrgId, run: EscalationRow, facts: IncidentFacts, user: UserKey, name: string, now: Date): Promise<readonly NewEvent[]>;
}

/** How urgent a page of an incident is. */
export function urgencyOf(severity: Severity): ContactUrgency {
  switch (severity) {
    case 'sev1': return 'critical';
    case 'sev2': return 'high';
    case 'sev3': return 'normal';
    case 'sev4':
    case 'sev5': return 'low';
  }
}

interface Meant {
  readonly people: readonly UserKey[];
  readonly pool: string | null;
  readonly what: string;
}

/** Makes it. */
export function createPager({ ports, respondUrl, incidentUrl }: PagerDeps): Pager {
  async function meantBy(tx: Transaction, orgId: OrgId, step: PagingStep, owners: readonly string[], now: Date): Promise<Meant> {
    switch (step.kind) {
      case 'user':
        return { people: [step.user], pool: null, what: 'this person' };
      case 'schedule':
        return { people: await ports.onCall(tx, orgId, step.schedule, now), pool: `schedule:${step.schedule}`, what: `those on call by “${step.schedule}”` };
      case 'team':
        return { people: await ports.people.teamMembers(tx, orgId, step.team), pool: `team:${step.team}`, what: `the team “${step.team}”` };
      case 'owner': {
        const [team] = owners;
        return { people: team === undefined ? [] : await ports.people.teamMembers(tx, orgId, team), pool: team === undefined ? null : `team:${team}`, what: team === undefined ? 'the owner, whom the catalogue does not name' : `the owner, “${team}”` };
      }
      case 'channel':
      case 'webhook':
        return { people: [], pool: null, what: `the channel “${step.channel}”` };
    }
  }

  function orderFor(facts: IncidentFacts, run: EscalationRow, dedupKey: string): Omit<PageOrder, 'to' | 'actions'> {
    const { role } = run.plan;
    return {
      dedupKey, messageClass: 'page', urgency: urgencyOf(facts.severity), incident: facts.number, subject: pageSubject(facts, role),
      text: `${facts.title}\n\nSomebody is needed ${role === null ? 'to look at it' : roleText(role)}. ${run.cause.charAt(0).toUpperCase()}${run.cause.slice(1)}.`,
      facts: [
        { label: 'Severity', value: facts.severity.toUpperCase() }, ...(facts.services.length === 0 ? [] : [{ label: 'Services', value: facts.services.slice(0, 10).join(', ') }]),
        ...(facts.toldRoot === null ? [] : [{ label: 'Probable cause', value: `${facts.toldRoot.service} (${percentOf(facts.toldRoot.confidence)})` }]),
      ],
      link: { label: 'Open the incident', url: incidentUrl(facts.number) }, thread: `incident/${facts.number}`,
    };
  }

  function actionsFor(orgId: OrgId, page: PageId, expiresAt: Date): PageOrder['actions'] {
    const url = respondUrl(orgId, page, expiresAt);
    return [{ id: 'accept', label: 'I’m on it', url: `${url}?answer=accept` }, { id: 'decline', label: 'I can’t', url: `${url}?answer=decline` }, { id: 'help', label: 'I need help', url: `${url}?answer=help` }];
  }

  function nobody(run: EscalationRow, facts: IncidentFacts, at: Position, what: string, why: string): Paged {
    // Said once, not in every round.
    if (at.round > 0) return { count: 0, events: [] };
    return { count: 0, events: [{ type: 'escalation.nobody', incident: facts.number, actor: SYSTEM_ACTOR, data: { escalation: run.id, name: run.plan.name, what, reason: why } }] };
  }

  async function tellChannel(tx: Transaction, orgId: OrgId, run: EscalationRow, facts: IncidentFacts, step: Extract<PagingStep, { kind: 'channel' | 'webhook' }>, at: Position, now: Date): Promise<Paged> {
    // Whoever reads there may be no member.
    if (facts.members !== null) return nobody(run, facts, at, `the channel “${step.channel}”`, 'the incident is private');
    const dedupKey = `page/${run.id}/${at.round}/${at.step}`;
    const name = step.kind === 'channel' ? step.channel : new URL(step.url).host;
    const page = await insertPage(tx, orgId, {
      escalation: run.id, incident: facts.number, kind: 'channel', user: null, name, pool: null, step: at.step, round: at.round, dedupKey, atNight: false, sentAt: now, expiresAt: now,
    });
    if (page === null) return { count: 0, events: [] };
    await ports.notifier.send(tx, orgId, {
      ...orderFor(facts, run, dedupKey), actions: [], to: [step.kind === 'channel' ? { kind: 'channel', channel: step.channel } : { kind: 'address', channel: step.channel, address: step.url, name }],
    });
    return { count: 1, events: [{ type: 'escalation.paged', incident: facts.number, actor: SYSTEM_ACTOR, data: { escalation: run.id, name: run.plan.name, people: [name], users: [], role: run.plan.role } }] };
  }

  return {
    async page(tx, orgId, run, facts, owners, step, at, now) {
      if (step.kind === 'channel' || step.kind === 'webhook') return tellChannel(tx, orgId, run, facts, step, at, now);
      const { people, pool, what } = await meantBy(tx, orgId, step, owners, now);
      const asked = new Set((await selectPages(tx, orgId, [run.id])).filter((page) => page.round === at.round && page.step === at.step).map((page) => page.user));
      const { members } = facts;
      const left = people.filter((user) => !asked.has(user));
      const allowed = left.filter((user) => members === null || members.includes(user));
      const reach = await ports.people.reachOf(tx, orgId, allowed, urgencyOf(facts.severity), now);
      const reachable = allowed.filter((user) => (reach.get(user)?.plan.length ?? 0) > 0);
      if (reachable.length === 0) {
        // All of them were asked before at this step: nothing that would be news.
        if (people.length > 0 && left.length === 0) return { count: 0, events: [] };
        return nobody(run, facts, at, what, people.length === 0 ? 'there is nobody' : allowed.length === 0 ? 'they do not see this private incident' : 'nobody of them can be reached now');
      }
      const pick = step.kind === 'user' ? 'all' : step.pick;
      const turns = pool === null || pick === 'all' ? null : withNewcomers(await lockTurns(tx, orgId, pool), people);
      const resting = await selectNightPaged(tx, orgId, reachable, new Date(now.getTime() - run.plan.restHours * HOUR_MS));
      const chosen = turns === null ? reachable : pickPeople(pick, people, reachable.map((user) => ({ user, isResting: resting.has(user) })), turns);
      const expiresAt = new Date(now.getTime() + PAGE_LIFE_MS);
      const names: string[] = [];
      for (const user of chosen) {
        const known = reach.get(user);
        const dedupKey = `page/${run.id}/${at.round}/${at.step}/${user}`;
        const page = await insertPage(tx, orgId, {
          escalation: run.id, incident: facts.number, kind: 'page', user, name: known?.name ?? user, pool, step: at.step, round: at.round, dedupKey, atNight: known?.isNight ?? false, sentAt: now, expiresAt,
        });
        if (page === null) continue;
        if (turns !== null && pool !== null) await countTurn(tx, orgId, pool, turns, user, page);
        await ports.notifier.send(tx, orgId, { ...orderFor(facts, run, dedupKey), to: [{ kind: 'person', user }], actions: actionsFor(orgId, page, expiresAt) });
        names.push(known?.name ?? user);
      }
      if (names.length === 0) return { count: 0, events: [] };
      return { count: names.length, events: [{ type: 'escalation.paged', incident: facts.number, actor: SYSTEM_ACTOR, data: { escalation: run.id, name: run.plan.name, people: names, users: chosen, role: run.plan.role } }] };
    },

    async nudge(tx, orgId, run, facts, user, name, now) {
      const dedupKey = `nudge/${run.id}/${now.getTime()}`;
      await insertPage(tx, orgId, {
        escalation: run.id, incident: facts.number, kind: 'nudge', user, name, pool: null, step: run.step, round: run.round, dedupKey, atNight: false, sentAt: now, expiresAt: now,
      });
      await ports.notifier.send(tx, orgId, {
        ...orderFor(facts, run, dedupKey), subject: `${facts.severity.toUpperCase()} INC-${facts.number}: no word from you for a while`, actions: [], to: [{ kind: 'person', user }],
        text: `You took this ${run.plan.role === null ? '' : `${roleText(run.plan.role)} `}and nothing was heard since. Write a note or an update, or hand it over; otherwise the next ones are called.`,
      });
      return [{ type: 'escalation.nudged', incident: facts.number, actor: SYSTEM_ACTOR, data: { escalation: run.id, name: run.plan.name, user, person: name } }];
    },
  };
}
