/** Makes incidents of the correlator's decisions. */
import { SEVERITIES, type IncidentNumber, type IncidentState, type OrgId } from '#contract';
import { drillOfKeys, StaleWindowError, type IncidentChange, type IncidentSink, type LearnedCandidate, type LearnedCandidates } from '../correlation/index.ts';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../eventlog/index.ts';
import { severityOf, severityRank } from '../ingest/index.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { evaluateIncident, type Evaluation } from './evaluate.ts';
import { impactIndexOf } from './impact.ts';
import { toIncidentNumber } from './incident.ts';
import type { CatalogLookup } from './ports.ts';
import { lockQuiet, settleQuiet } from './quietStore.ts';
import { decideRecurrence, type RecurrenceDecision } from './recurrence.ts';
import { findEarlierIncidents, reopenIncident, takeKeys } from './recurrenceStore.ts';
import type { RegroupContext } from './regroup.ts';
import { bumpLinkMark, readLinkMark } from './regroupStore.ts';
import type { SettingsReader } from './settingsStore.ts';
import { absorbAll, moveInto } from './sinkRegroup.ts';
import {
  addCounts, findRuleNames, insertIncidents, insertLinks, lockLinks, markTold, takeNumbers, writeEvaluations, type CountedIncident, type EvaluatedIncident,
} from './sinkStore.ts';
import { spreadToNew } from './spreadPrivacy.ts';
import { createUntold, type AlertNews, type Untold } from './untold.ts';
import { findAttachable, findHabits, findIncidentsOf, findPlacesOf, findSetApart, findUntold } from './windowStore.ts';

export interface IncidentSinkDeps {
  readonly db: Database;
  readonly settings: SettingsReader;
  readonly catalog: CatalogLookup;
  /** A resolved incident is taken up again within this time. */
  readonly reopenMs: number;
  /** What people made of candidates before; left out: nothing is known. */
  readonly candidatesOf?: (orgId: OrgId) => Promise<LearnedCandidates>;
}

/** A change with the number that it has now, and how it came to it. */
interface Numbered {
  readonly change: IncidentChange;
  readonly number: IncidentNumber;
  readonly fresh: boolean;
  /** State from which its alerts brought it back. */
  readonly reopenedFrom: IncidentState | null;
  readonly recurrenceOf: number | null;
}

/** When the first of them began; a clock that is ahead makes nothing begin after it was known. */
function earliest(change: IncidentChange, at: Date): Date | null {
  let first: Date | null = null;
  for (const { startsAt } of [...change.joined, ...change.moved]) if (first === null || startsAt < first) first = startsAt < at ? startsAt : at;
  return first;
}

/** Changes that turned out to mean one incident, as one. */
function combine(numbered: readonly Numbered[]): Numbered[] {
  const byNumber = new Map<number, Numbered>();
  for (const entry of numbered) {
    const known = byNumber.get(entry.number);
    if (known === undefined) {
      byNumber.set(entry.number, entry);
      continue;
    }
    const [a, b] = [known.change, entry.change];
    const graver = a.severity === null || (b.severity !== null && severityRank(b.severity) < severityRank(a.severity)) ? b.severity : a.severity;
    byNumber.set(entry.number, {
      ...known, reopenedFrom: known.reopenedFrom ?? entry.reopenedFrom,
      change: {
        ...a, severity: graver, services: [...new Set([...a.services, ...b.services])], joined: [...a.joined, ...b.joined],
        ended: a.ended + b.ended, assessment: b.assessment ?? a.assessment, moved: [...a.moved, ...b.moved], absorbed: [...a.absorbed, ...b.absorbed],
      },
    });
  }
  return [...byNumber.values()];
}

/** Rules of a candidate that are looked at, to tell whether it is one of a kind that was rejected. */
const MAX_RULE_NAMES = 100;
/** How the engine names the suspected cause of a group. */
const CAUSE_KEY = 'cause/';
/** A score must move by so much to be written anew. */
const SCORE_STEP = 0.02;

/** Makes the sink that the correlator writes through. */
export function createIncidentSink(deps: IncidentSinkDeps): IncidentSink {
  const { db, settings, catalog, reopenMs } = deps;
  const untold = new Map<OrgId, Untold>();

  function untoldOf(orgId: OrgId): Untold {
    const known = untold.get(orgId);
    if (known !== undefined) return known;
    const fresh = createUntold();
    untold.set(orgId, fresh);
    return fresh;
  }

  async function recurrenceOf(tx: Transaction, orgId: OrgId, at: Date, change: IncidentChange): Promise<RecurrenceDecision> {
    const keys = [...new Set(change.joined.map((alert) => alert.alertKey))];
    if (keys.length === 0) return { kind: 'new' };
    const earlier = await findEarlierIncidents(tx, orgId, keys);
    return decideRecurrence(keys.length, earlier.map((row) => ({
      number: row.number, state: row.state, endedAtMs: row.ended_at.getTime(), shared: row.shared,
    })), at.getTime(), reopenMs);
  }

  /** Gives each change its number: its own, that of an incident that goes on, or a new one. */
  async function numberChanges(tx: Transaction, orgId: OrgId, at: Date, changes: readonly IncidentChange[]): Promise<Numbered[]> {
    const numbered: Numbered[] = [];
    const fresh: { place: number; recurrenceOf: number | null }[] = [];
    const reopened = new Set<number>();
    for (const change of changes) {
      if (change.incident !== null) {
        numbered.push({ change, number: change.incident, fresh: false, reopenedFrom: null, recurrenceOf: null });
        continue;
      }
      const decision = await recurrenceOf(tx, orgId, at, change);
      const before = decision.kind === 'reopen' && !reopened.has(decision.number)
        ? await reopenIncident(tx, orgId, at, decision.number, change.keys) : null;
      if (decision.kind === 'reopen' && before !== null) {
        reopened.add(decision.number);
        numbered.push({ change, number: toIncidentNumber(decision.number), fresh: false, reopenedFrom: before, recurrenceOf: null });
        continue;
      }
      if (decision.kind === 'join') {
        await takeKeys(tx, orgId, decision.number, change.keys);
        numbered.push({ change, number: toIncidentNumber(decision.number), fresh: false, reopenedFrom: null, recurrenceOf: null });
        continue;
      }
      const of = decision.kind === 'recurrence' ? decision.of : null;
      fresh.push({ place: numbered.length, recurrenceOf: of });
      numbered.push({ change, number: toIncidentNumber(1), fresh: true, reopenedFrom: null, recurrenceOf: of });
    }
    if (fresh.length === 0) return numbered;
    const first = await takeNumbers(tx, orgId, fresh.length);
    fresh.forEach(({ place }, index) => {
      const entry = numbered[place];
      if (entry !== undefined) numbered[place] = { ...entry, number: toIncidentNumber(first + index) };
    });
    await insertIncidents(tx, orgId, at, numbered.filter((entry) => entry.fresh).map(({ change, number, recurrenceOf: of }) => ({
      number, title: change.title, description: '', state: 'candidate', severity: severityRank(change.severity ?? SEVERITIES[2]), computedSeverity: null,
      severityOrigin: 'computed', origin: 'correlation', services: change.services, groupKeys: change.keys,
      groupingReason: change.reason, declarationReason: null, impactStartedAt: earliest(change, at), declaredAt: null, commanderKey: null,
      recurrenceOf: of, incidentType: '', fields: {}, links: [], detectedAt: null, drill: drillOfKeys(change.keys),
    })));
    return numbered;
  }

  /** What people made of candidates like the undecided ones of a batch. */
  async function taughtOf(tx: Transaction, orgId: OrgId, counted: readonly CountedIncident[]): Promise<Map<number, { learned: LearnedCandidate; rules: readonly string[] }>> {
    const known = (await deps.candidatesOf?.(orgId)) ?? null;
    const found = new Map<number, LearnedCandidate>();
    if (known === null || known.size === 0) return new Map();
    for (const { number, state, ignoredByPolicy, groupKeys } of counted) {
      if (state !== 'candidate' && !(state === 'rejected' && ignoredByPolicy)) continue;
      const learned = groupKeys.map((key) => (key.startsWith(CAUSE_KEY) ? known.get(key.slice(CAUSE_KEY.length)) : undefined)).find((kind) => kind !== undefined);
      if (learned !== undefined && learned.effect !== 'none') found.set(number, learned);
    }
    const rules = await findRuleNames(tx, orgId, [...found.keys()], MAX_RULE_NAMES);
    return new Map([...found].map(([number, learned]) => [number, { learned, rules: rules.get(number) ?? [] }]));
  }

  /** Events that tell of one incident's part in a batch. `news` is what is told now of alerts that joined or ended, null: that comes later. */
  function eventsOf(entry: Numbered, counted: CountedIncident, joined: number, news: AlertNews | null, evaluation: Evaluation | null, regressed: boolean): NewEvent[] {
    const { change } = entry;
    const counts = { total: counted.alertsTotal, firing: counted.alertsFiring };
    const severity = evaluation?.severity ?? severityOf(counted.severity);
    const events: NewEvent[] = [];
    const add = (type: NewEvent['type'], data: Record<string, unknown>): void => {
      events.push({ type, incident: counted.number, actor: SYSTEM_ACTOR, data });
    };
    if (entry.reopenedFrom !== null) {
      add('incident.reopened', { from: entry.reopenedFrom, to: 'investigating', reason: `${joined} of its alerts came back`, regression: true, ...counts });
    }
    if (entry.fresh) {
      add('incident.opened', {
        title: change.title, state: evaluation?.state ?? 'candidate', severity, services: change.services, reason: change.reason?.summary ?? '', alerts: joined, recurrenceOf: entry.recurrenceOf, ...counts,
      });
    } else if (news !== null && news.joined > 0) {
      add('incident.alerts_joined', { alerts: news.joined, services: change.services.length > 0 ? change.services : counted.services, ...counts });
    }
    if (regressed) add('incident.reopened', { from: 'monitoring', to: 'investigating', reason: 'its alerts came back while it was watched', regression: true });
    if (!entry.fresh && evaluation !== null && severity !== severityOf(counted.severity)) {
      add('incident.severity_changed', { from: severityOf(counted.severity), to: severity, reason: evaluation.inputs === null ? 'a graver alert joined' : `${evaluation.inputs.impactReason}; ${evaluation.inputs.urgencyReason}` });
    }
    if (news !== null && news.ended > 0) add('incident.alerts_resolved', { alerts: news.ended, ...counts });
    // What opened it says so already.
    if (change.assessment !== null && !entry.fresh) {
      // In shadow the suspects stay with the incident, where they are measured, and nobody is told of them.
      const [root] = counted.isDiagnosisShadow ? [] : change.assessment.roots;
      add('incident.assessed', { confidence: change.assessment.confidence, root: root?.service ?? null, rootScore: root?.score ?? null, change: counted.isDiagnosisShadow ? null : change.assessment.causeChangeId, shadow: counted.isDiagnosisShadow });
    }
    const decision = evaluation?.declaration ?? null;
    if (decision === null || evaluation === null) return events;
    const basis = { reason: decision.reason, score: decision.score, rule: decision.rule };
    if (evaluation.state === 'rejected' && entry.fresh) add('incident.rejected', { from: 'candidate', to: 'rejected', ...basis, policy: true });
    if (evaluation.state === 'candidate' && counted.ignoredByPolicy) add('incident.reconsidered', { from: 'rejected', to: 'candidate', ...basis });
    if (evaluation.state === 'declared') add('incident.declared', { from: 'candidate', to: 'declared', severity, ...basis });
    return events;
  }

  return {
    async lockLinks(tx, orgId) {
      await lockLinks(tx, orgId);
      return readLinkMark(tx, orgId);
    },
    linkMark: readLinkMark,
    placesOf: findPlacesOf,
    incidentsOf: findIncidentsOf,
    habits: findHabits,
    async loadGroups(q, orgId, since) {
      const rows = await findAttachable(q, orgId, since);
      const apart = new Map<number, IncidentNumber[]>();
      for (const { one, other } of await findSetApart(q, orgId, rows.map(({ number }) => number))) {
        for (const [of, from] of [[one, other], [other, one]] as const) apart.set(of, [...(apart.get(of) ?? []), toIncidentNumber(from)]);
      }
      return rows.map((row) => ({
        incident: toIncidentNumber(row.number), keys: row.group_keys, severity: severityOf(row.severity), services: row.services,
        lastAlertAt: row.last_alert_at ?? row.updated_at, alertsTotal: row.alerts_total, circle: row.circle, apartFrom: apart.get(row.number) ?? [],
      }));
    },
    async apply(tx, orgId, at, given) {
      const current = await settings.read(tx, orgId);
      const index = impactIndexOf(await catalog.catalogOf(orgId));
      const regrouping: Omit<RegroupContext, 'reason'> = { tx, orgId, at, actor: SYSTEM_ACTOR, settings: current, index };
      const merges = await absorbAll(regrouping, given);
      const placed = await numberChanges(tx, orgId, at, merges.changes);
      const numbered = combine(placed);
      const moves = await moveInto(regrouping, numbered);
      const linkCounts = await insertLinks(tx, orgId, at, numbered.flatMap(({ change, number }) => change.joined.map((alert) => ({ incident: number, alert }))));
      const toTell = untoldOf(orgId);
      const news = new Map<number, AlertNews>();
      const counted = await addCounts(tx, orgId, at, numbered.map(({ change, number }) => {
        const links = linkCounts.get(number) ?? { joined: 0, firing: 0 };
        const told = links.joined + change.ended === 0 ? null : toTell.note(number, { joined: links.joined, ended: change.ended }, at.getTime());
        if (told !== null) news.set(number, told);
        return {
          told: told !== null, number, joined: links.joined, firing: links.firing, ended: moves.recounted.has(number) ? 0 : change.ended, endedNews: change.ended,
          firstAlertAt: earliest(change, at),
          severity: change.severity === null ? null : severityRank(change.severity), services: change.services, assessment: change.assessment,
        };
      }));
      if (counted.length < numbered.length) throw new StaleWindowError('an incident of the window takes no more alerts');
      const byNumber = new Map(counted.map((incident) => [incident.number, incident]));
      const taught = await taughtOf(tx, orgId, counted);
      const evaluated: EvaluatedIncident[] = [];
      const events: NewEvent[] = [...merges.events, ...moves.events];
      for (const entry of numbered) {
        const incident = byNumber.get(entry.number);
        if (incident === undefined) continue;
        const links = linkCounts.get(entry.number) ?? { joined: 0, firing: 0 };
        const evidence = entry.fresh || links.joined > 0 || entry.change.severity !== null || entry.change.assessment !== null || entry.change.absorbed.length > 0;
        const evaluation = evidence ? evaluateIncident({
          fresh: entry.fresh, state: incident.state, severity: severityOf(incident.severity),
          computedSeverity: incident.computedSeverity === null ? null : severityOf(incident.computedSeverity),
          gravestAlert: incident.gravestAlert === null ? null : severityOf(incident.gravestAlert), services: incident.services,
          alertsTotal: incident.alertsTotal, confidence: incident.confidence, ignoredByPolicy: incident.ignoredByPolicy, taught: taught.get(incident.number) ?? null,
        }, current, index) : null;
        const regressed = incident.state === 'monitoring' && links.firing > 0 && incident.firingBefore === 0;
        events.push(...eventsOf(entry, incident, links.joined, news.get(entry.number) ?? null, evaluation, regressed));
        if (evaluation === null) continue;
        const state = regressed ? 'investigating' : evaluation.state;
        const scored = evaluation.declaration !== null
          && (incident.declaredScore === null || Math.abs(evaluation.declaration.score - incident.declaredScore) >= SCORE_STEP || state !== incident.state);
        const raised = severityRank(evaluation.severity) !== incident.severity
          || (evaluation.computedSeverity !== null && severityRank(evaluation.computedSeverity) !== incident.computedSeverity);
        if (!raised && !scored && state === incident.state) continue;
        evaluated.push({
          number: incident.number, state, severity: severityRank(evaluation.severity),
          computedSeverity: evaluation.computedSeverity === null ? null : severityRank(evaluation.computedSeverity),
          severityInputs: raised ? evaluation.inputs : null, declaration: scored ? evaluation.declaration : null,
          declarationReason: scored ? (evaluation.declaration?.reason ?? null) : null,
          ignoredByPolicy: state === 'rejected' && (entry.fresh || incident.ignoredByPolicy), regressed,
        });
      }
      if (evaluated.length > 0) await writeEvaluations(tx, orgId, at, evaluated);
      for (const { number, fresh, recurrenceOf: earlier } of placed) {
        if (fresh && earlier !== null) events.push(...await spreadToNew(regrouping, earlier, number, 'a recurrence of'));
      }
      // The window learns who sees what when it is rebuilt.
      if (events.some(({ type }) => type === 'incident.made_private')) await bumpLinkMark(tx, orgId);
      await appendEvents(tx, orgId, at, events);
      return placed.map((entry) => entry.number);
    },
    async recallUntold(q, orgId, at) {
      untoldOf(orgId).recall(await findUntold(q, orgId), at.getTime());
    },
    untoldDueMs: (orgId, at) => untoldOf(orgId).nextDueMs(at.getTime()),
    async tell(tx, orgId, at, all) {
      const due = untoldOf(orgId).take(at.getTime(), all);
      if (due.size === 0) return;
      await lockLinks(tx, orgId);
      const rows = await markTold(tx, orgId, [...due.keys()]);
      await appendEvents(tx, orgId, at, rows.flatMap((row): NewEvent[] => {
        const news = due.get(row.number);
        // What has become of a merged one stands with the survivor.
        if (news === undefined || row.merged_into !== null) return [];
        const counts = { total: row.alerts_total, firing: row.alerts_firing };
        return [
          ...(news.joined > 0 ? [{ type: 'incident.alerts_joined', incident: row.number, actor: SYSTEM_ACTOR, data: { alerts: news.joined, services: row.services, ...counts } } as const] : []),
          ...(news.ended > 0 ? [{ type: 'incident.alerts_resolved', incident: row.number, actor: SYSTEM_ACTOR, data: { alerts: news.ended, ...counts } } as const] : []),
        ];
      }));
    },
    async settle(orgId, quietSince, at) {
      return db.transaction(async (tx) => {
        const { declarePolicy } = await settings.read(tx, orgId);
        const undecidedSince = new Date(at.getTime() - declarePolicy.candidateExpiryMinutes * 60_000);
        const quiet = await lockQuiet(tx, orgId, quietSince, undecidedSince);
        if (quiet.length === 0) return 0;
        await settleQuiet(tx, orgId, at, quiet.map((incident) => incident.number));
        await appendEvents(tx, orgId, at, quiet.map((incident) => {
          if (incident.state !== 'candidate') {
            return { type: 'incident.quiet', incident: incident.number, actor: SYSTEM_ACTOR, data: { from: incident.state, to: 'monitoring', reason: 'all its alerts are over and stayed so' } };
          }
          const reason = incident.expired ? `expired: nobody decided on it within ${declarePolicy.candidateExpiryMinutes} minutes of its newest alert` : 'expired: all its alerts are over';
          return { type: 'incident.rejected', incident: incident.number, actor: SYSTEM_ACTOR, data: { from: 'candidate', to: 'rejected', reason, expired: true } };
        }));
        return quiet.length;
      });
    },
  };
}
