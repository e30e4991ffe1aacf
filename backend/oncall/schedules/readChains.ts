/**
 * Reads Grafana OnCall's escalation chains into escalation policies. Pure.
 *
 * Shapes after https://grafana.com/docs/oncall/latest/oncall-api-reference/ (escalation_chains, escalation_policies); one
 * "escalation policy" there is one step of a chain. OnCall goes from step to step at once and stops only at waits, so a wait becomes
 * the time for which the step before it waits for an answer. What a policy cannot say is remarked upon, step by step.
 */
import { z } from 'zod';
import { policyId, teamId, type EscalationStep, type ImportRemark, type PolicyBody, type PolicyId, type TeamId, type UserKey } from '#contract';
import { chainGap, ON_CALL_REPEATS } from './chainWords.ts';
import { ownId, parsed } from './foreignLists.ts';

const text = z.string();
const id = text.regex(/[a-z0-9]/i, 'has no letter or digit');
const foreignChain = z.object({ id, name: text.nullish(), team_id: text.nullish() });
const foreignStep = z.object({
  id, escalation_chain_id: text, position: z.number().nullish(), type: text.nullish(), important: z.boolean().nullish(),
  /** Seconds; some programs write `00:05:00`. */
  duration: z.union([z.number().nonnegative(), text.regex(/^\d{1,2}:\d{2}:\d{2}$/)]).nullish(),
  persons_to_notify: z.array(text).nullish(), persons_to_notify_next_each_time: z.array(text).nullish(), notify_on_call_from_schedule: text.nullish(), team_to_notify: text.nullish(),
  group_to_notify: text.nullish(), action_to_trigger: text.nullish(), notify_if_time_from: text.nullish(), notify_if_time_to: text.nullish(),
  num_alerts_in_window: z.number().nullish(), num_minutes_in_window: z.number().nullish(),
});
type ForeignChain = z.infer<typeof foreignChain>;
export type ForeignStep = z.infer<typeof foreignStep>;

export interface ChainLists {
  readonly escalationChains: readonly unknown[];
  readonly escalationPolicies: readonly unknown[];
}

/** What ids of OnCall stand for here. */
export interface ChainLookups {
  keyOf(person: string): UserKey | null;
  /** What OnCall calls a person; null: not among those given. */
  nameOf(person: string): string | null;
  /** The schedule that it is here; null: not among those given. */
  scheduleOf(schedule: string): string | null;
  /** The name of a team, and the one of that name here. Null: not among those given. */
  teamOf(team: string): { readonly name: string; readonly here: TeamId | null } | null;
  /** A team that has exactly these members. */
  teamWith(members: readonly UserKey[]): TeamId | null;
}

/** People who take turns: policies call the next of a team. */
export interface TurnTeam {
  readonly id: TeamId;
  readonly name: string;
  readonly members: readonly UserKey[];
}

export interface ReadPolicy {
  readonly id: PolicyId;
  readonly body: PolicyBody;
}

export interface ReadChains {
  readonly policies: readonly ReadPolicy[];
  readonly teams: readonly TurnTeam[];
  /** Ids of people whom steps call. */
  readonly named: readonly string[];
  readonly remarks: readonly ImportRemark[];
}

const DAY_SECONDS = 86_400;
/** How long the last one is waited for before it is said that nobody took it, and a wait whose length is not said. */
const USUAL_WAIT = 300;
const MAX_STEPS = 50;

function secondsOf(duration: ForeignStep['duration']): number | null {
  if (duration === null || duration === undefined) return null;
  if (typeof duration === 'number') return Math.round(duration);
  return duration.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** Steps with a wait after them: the last one waits so much longer for an answer. */
function withWait(steps: readonly EscalationStep[], seconds: number): EscalationStep[] {
  const last = steps.at(-1);
  if (last === undefined || last.kind === 'condition') return [...steps, { kind: 'wait', seconds: Math.min(DAY_SECONDS, seconds) }];
  const before = steps.slice(0, -1);
  return last.kind === 'wait' ? [...before, { ...last, seconds: Math.min(DAY_SECONDS, last.seconds + seconds) }] : [...before, { ...last, waitSeconds: Math.min(DAY_SECONDS, last.waitSeconds + seconds) }];
}

/** Reads the chains in their order. */
export function readChains(lists: ChainLists, here: ChainLookups): ReadChains {
  const remarks: ImportRemark[] = [];
  const named = new Set<string>();
  const teams = new Map<TeamId, TurnTeam>();
  const chains = new Map(parsed(lists.escalationChains, foreignChain, 'escalation chain', remarks).map((chain) => [chain.id, chain]));
  const steps = new Map(parsed(lists.escalationPolicies, foreignStep, 'escalation policy', remarks).map((step) => [step.id, step]));

  function peopleOf(ids: readonly string[], say: (message: string) => void): UserKey[] {
    const known: UserKey[] = [];
    if (ids.length === 0) say('calls nobody: left out');
    for (const person of ids) {
      named.add(person);
      const key = here.keyOf(person);
      const name = here.nameOf(person);
      if (key === null) say(`nobody here is known as ${name === null ? `“${person}”` : `“${name}” (${person})`}: left out. Let them open Muster once, or say who it is under “people”, and take over again`);
      else if (!known.includes(key)) known.push(key);
    }
    return known;
  }

  function inTurn(step: ForeignStep, chainName: string, say: (message: string) => void): EscalationStep[] {
    const members = peopleOf(step.persons_to_notify_next_each_time ?? [], say);
    const [only] = members;
    if (only === undefined) return [];
    if (members.length === 1) return [{ kind: 'user', user: only, waitSeconds: 0 }];
    const present = here.teamWith(members);
    const team = present ?? teamId.parse(ownId(step.id));
    if (present === null) teams.set(team, { id: team, name: `${chainName.slice(0, 88)}, in turn`, members });
    return [{ kind: 'team', team, pick: 'round_robin', waitSeconds: 0 }];
  }

  /** Whom a step calls; none when it cannot be carried over, which is said. */
  function callsOf(step: ForeignStep, chainName: string, say: (message: string) => void): EscalationStep[] {
    switch (step.type) {
      case 'notify_persons':
        return peopleOf(step.persons_to_notify ?? [], say).map((user) => ({ kind: 'user', user, waitSeconds: 0 }));
      case 'notify_person_next_each_time':
        return inTurn(step, chainName, say);
      case 'notify_on_call_from_schedule': {
        const foreign = step.notify_on_call_from_schedule ?? '';
        const schedule = here.scheduleOf(foreign);
        if (schedule !== null) return [{ kind: 'schedule', schedule, pick: 'all', waitSeconds: 0 }];
        say(foreign === '' ? 'names no schedule: left out' : `the schedule “${foreign}” was not among those given: left out. Add it under “schedules”, and take over again`);
        return [];
      }
      case 'notify_team_members': {
        const team = here.teamOf(step.team_to_notify ?? '');
        if (team !== null && team.here !== null) return [{ kind: 'team', team: team.here, pick: 'all', waitSeconds: 0 }];
        say(team === null
          ? `calls the members of the team “${step.team_to_notify ?? ''}”, which was not among those given: left out. Add the answer of /api/v1/teams under “teams”, and take over again`
          : `there is no team called “${team.name}” here: left out. Add it under Settings, Teams (a name beside its own will do), and take over again`);
        return [];
      }
      default:
        say(chainGap(step));
        return [];
    }
  }

  function readChain(chain: ForeignChain): ReadPolicy | null {
    const name = (chain.name ?? '').trim().slice(0, 100) || `Chain ${chain.id}`.slice(0, 100);
    const subject = `Escalation chain ${name}`;
    const own = [...steps.values()].filter((step) => step.escalation_chain_id === chain.id).sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
    let read: EscalationStep[] = [];
    let repeatedAt: number | null = null;
    const important: number[] = [];
    for (const [index, step] of own.entries()) {
      const place = index + 1;
      const say = (message: string): void => void remarks.push({ subject: `${subject}, step ${place}`, message });
      if (step.important === true) important.push(place);
      if (step.type === 'wait') {
        const seconds = secondsOf(step.duration);
        if (seconds === null) say('does not say how long it waits: 5 minutes were taken');
        if (seconds !== 0) read = withWait(read, seconds ?? USUAL_WAIT);
      } else if (step.type === 'repeat_escalation') {
        repeatedAt ??= place;
      } else {
        const calls = callsOf(step, name, say);
        if (calls.length > 0 && repeatedAt !== null) say('stood after the repetitions and came when all were through; here it is part of every round. Move it to a policy of its own if that is too early');
        read.push(...calls);
        if (step.type === 'resolve') {
          if (place < own.length) remarks.push({ subject, message: `what stood after step ${place} was never reached, since OnCall ends there: left out` });
          break;
        }
      }
    }
    if (read.length > MAX_STEPS) {
      remarks.push({ subject, message: `calls ${read.length} times, and a policy has ${MAX_STEPS} steps at most: the rest was left out. Make teams of people who are called together` });
      read = read.slice(0, MAX_STEPS);
    }
    if (chain.team_id) remarks.push({ subject, message: 'its team was not carried over: policies belong to the whole organisation here' });
    if (read.every((step) => step.kind === 'wait')) {
      remarks.push({ subject, message: own.length === 0 ? 'has no steps among those given: no policy is made' : 'nobody is left whom it could call: no policy is made' });
      return null;
    }
    if (important.length > 0) remarks.push({ subject, message: `step${important.length === 1 ? '' : 's'} ${important.join(', ')} called by the rules for what is important; here the severity of the incident says how people are called, as each sets under On call, My contact rules` });
    const last = read.at(-1);
    if (repeatedAt === null && last !== undefined && 'waitSeconds' in last && last.waitSeconds === 0) read = withWait(read, USUAL_WAIT);
    return {
      id: policyId.parse(ownId(chain.id)),
      body: { name, description: 'Taken over from Grafana OnCall', role: null, steps: read, repeat: repeatedAt === null ? 0 : ON_CALL_REPEATS, restHours: 0, silence: null, starts: null },
    };
  }

  for (const [chain, list] of Map.groupBy([...steps.values()].filter((step) => !chains.has(step.escalation_chain_id)), (step) => step.escalation_chain_id)) {
    remarks.push({ subject: `Escalation chain “${chain}”`, message: `was not among those given: its ${list.length === 1 ? 'step was' : `${list.length} steps were`} left out. Add it under “escalationChains”, and take over again` });
  }
  const policies = [...chains.values()].map(readChain).filter((policy) => policy !== null);
  return { policies, teams: [...teams.values()], named: [...named], remarks };
}
