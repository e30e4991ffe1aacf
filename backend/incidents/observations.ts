/** Puts together what is learned from: incidents that ended, and what people merged, split, moved, judged, rejected and promoted. */
import { z } from 'zod';
import { severity, SEVERITIES, type EventType, type IncidentNumber, type LiveEvent, type OrgId } from '#contract';
import type { Topology } from '../catalog/index.ts';
import { ANYBODY } from '../access/index.ts';
import type { CandidateAct, Observations, PairAct } from '../correlation/index.ts';
import { listEvents } from '../eventlog/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { toIncidentNumber } from './incident.ts';
import { selectJudgements } from './judgements/judgementStore.ts';
import { selectAlertServices, selectEnded, selectServices } from './observationStore.ts';
import { findRuleNames } from './sinkStore.ts';

/** The newest so many of the time that is looked at are learned from. */
const MAX_INCIDENTS = 1_000;
const MAX_EVENTS = 5_000;
const MAX_JUDGEMENTS = 1_000;
const MAX_RULES = 100;
const CAUSE_KEY = 'cause/';

const PAIR_EVENTS: Partial<Record<EventType, PairAct['kind']>> = {
  'incident.merged': 'together', 'incident.alerts_moved_in': 'together', 'incident.split': 'apart', 'incident.alerts_moved_out': 'apart',
};
const CANDIDATE_EVENTS: Partial<Record<EventType, CandidateAct['kind']>> = { 'incident.rejected': 'rejected', 'incident.promoted': 'promoted' };
const ACT_TYPES = [...Object.keys(PAIR_EVENTS), ...Object.keys(CANDIDATE_EVENTS), 'incident.regrouping_undone'];

const names = z.array(z.string());
const regroupingData = z.object({ regrouping: z.string(), services: names, others: names });
const undoneData = z.object({ regrouping: z.string() });
const decisionData = z.object({ from: z.string(), services: names, keys: names, severity, alerts: z.number() });

/** Names as the catalogue writes them; those that it does not know in lower case, as the engine does. */
function createNaming(topology: Topology): (list: readonly string[]) => string[] {
  const known = new Map<string, string>();
  for (const { name, aliases } of topology.services) for (const alias of aliases) known.set(alias.toLowerCase(), name);
  for (const { name } of topology.services) known.set(name.toLowerCase(), name);
  return (list) => [...new Set(list.map((name) => known.get(name.toLowerCase()) ?? name.toLowerCase()))].sort();
}

function numberOf(event: LiveEvent): IncidentNumber | null {
  return event.incident === null ? null : toIncidentNumber(event.incident);
}

/** Reads what happened from a time to another. What is learned is everybody's to read: private incidents teach nothing. */
export async function observeIncidents(q: Queryable, orgId: OrgId, topology: Topology, since: Date, until: Date): Promise<Observations> {
  const named = createNaming(topology);
  // One after the other: within a transaction there is one connection.
  const ended = await selectEnded(q, orgId, since, until, MAX_INCIDENTS);
  const acts = await listEvents(q, orgId, { viewer: ANYBODY, types: ACT_TYPES, notBy: 'system', from: since, until, order: 'newest', limit: MAX_EVENTS });
  const judgements = await selectJudgements(q, orgId, ANYBODY, { from: since, until, limit: MAX_JUDGEMENTS });
  const undone = new Set(acts.flatMap((event) => (event.type === 'incident.regrouping_undone' ? [undoneData.safeParse(event.data).data?.regrouping] : [])));

  const pairActs: PairAct[] = [];
  const candidateActs: CandidateAct[] = [];
  const decided = acts.flatMap((event) => (CANDIDATE_EVENTS[event.type] === undefined || event.incident === null ? [] : [event.incident]));
  const rulesOf = await findRuleNames(q, orgId, [...new Set(decided)], MAX_RULES);
  for (const event of acts) {
    const [number, at] = [numberOf(event), new Date(event.at)];
    const pairKind = PAIR_EVENTS[event.type];
    const candidateKind = CANDIDATE_EVENTS[event.type];
    if (number === null) continue;
    if (pairKind !== undefined) {
      // What an older release wrote does not say whose alerts they were.
      const { data } = regroupingData.safeParse(event.data);
      if (data !== undefined && !undone.has(data.regrouping)) pairActs.push({ kind: pairKind, at, incident: number, left: named(data.services), right: named(data.others) });
    }
    if (candidateKind !== undefined) {
      const { data } = decisionData.safeParse(event.data);
      const cause = data?.keys.find((key) => key.startsWith(CAUSE_KEY));
      if (data === undefined || cause === undefined) continue;
      candidateActs.push({
        kind: candidateKind, at, incident: number, cause: cause.slice(CAUSE_KEY.length), services: data.services, rules: rulesOf.get(number) ?? [],
        severity: SEVERITIES.indexOf(data.severity) + 1, alerts: data.alerts,
      });
    }
  }

  const servicesOf = await selectServices(q, orgId, judgements.flatMap(({ incident, judgement }) => (judgement.verdict === 'should_merge' ? [incident, ...judgement.with] : [incident])));
  for (const { incident, judgement, judgedAt } of judgements) {
    const own = named(servicesOf.get(incident) ?? []);
    const act = { at: new Date(judgedAt), incident };
    switch (judgement.verdict) {
      case 'correct':
        pairActs.push({ ...act, kind: 'together', left: own, right: own });
        break;
      case 'should_merge':
        pairActs.push({ ...act, kind: 'together', left: own, right: named(judgement.with.flatMap((other) => servicesOf.get(other) ?? [])) });
        break;
      case 'should_split':
        for (const part of judgement.parts) {
          const gone = named(await selectAlertServices(q, orgId, part.alerts));
          pairActs.push({ ...act, kind: 'apart', left: gone, right: own.filter((name) => !gone.includes(name)) });
        }
    }
  }
  return {
    incidents: ended.map((row) => ({ ...row, services: named(row.services), rules: row.rules.map((rule) => ({ name: rule.name, services: named(rule.services) })) })), pairActs, candidateActs,
  };
}
