/**
 * Merging, splitting and moving, one way for people and for the engine. Runs inside a transaction that
 * holds the link lock and the rows of the incidents; gives the events to append, which say enough for
 * the engine to learn from: which alerts, from where, to where, and why.
 */
import { type Actor, type DecisionReason, type OrgId } from '#contract';
import { ALL_SEEING } from '../access/index.ts';
import type { AlertRef } from '../correlation/index.ts';
import type { NewEvent } from '../eventlog/index.ts';
import { alertIdOf, severityOf, severityRank } from '../ingest/index.ts';
import type { Transaction } from '../platform/db/database.ts';
import { absorbIncident, lockIncident } from './commandStore.ts';
import { evaluateIncident } from './evaluate.ts';
import type { ImpactIndex } from './impact.ts';
import type { IncidentRow } from './incident.ts';
import {
  finishRegrouping, insertRegrouping, keepLinks, listKeptAlerts, moveKeptLinks, readKeptServices, readLinkFacts, writeRecount, type LinkFacts,
} from './regroupStore.ts';
import type { IncidentSettings } from './settingsStore.ts';
import { spreadByMerge, spreadToNew } from './spreadPrivacy.ts';
import { isFurther, mergedState } from './stateMachine.ts';

/** Most alerts that an event names one by one. */
const MAX_NAMED_ALERTS = 500;

export interface RegroupContext {
  readonly tx: Transaction;
  readonly orgId: OrgId;
  readonly at: Date;
  readonly actor: Actor;
  readonly reason: string;
  readonly settings: IncidentSettings;
  readonly index: ImpactIndex;
}

export interface Regrouped {
  readonly id: string;
  readonly alerts: number;
  readonly events: readonly NewEvent[];
}

async function namedAlerts(context: RegroupContext, id: string): Promise<string[]> {
  const rows = await listKeptAlerts(context.tx, context.orgId, id, MAX_NAMED_ALERTS);
  return rows.map((row) => alertIdOf(row.alert_key, row.starts_at));
}

/** Merges `from` into `into`, which takes on the state and the times of `from` where that has come further. */
export async function mergeIncidents(context: RegroupContext, from: IncidentRow, into: IncidentRow): Promise<Regrouped> {
  const { tx, orgId, at, actor, reason } = context;
  const id = await insertRegrouping(tx, orgId, at, { kind: 'merge', actor, from: from.number, into: into.number, reason });
  await keepLinks(tx, orgId, id, from.number, null);
  const alerts = await absorbIncident(tx, orgId, from.number, into.number, at, mergedState(from.state, into.state), isFurther(from.state, into.state));
  await finishRegrouping(tx, orgId, id, from.number, into.number, alerts);
  const named = await namedAlerts(context, id);
  const spread = await spreadByMerge(context, from.number, { number: into.number, commander: into.commander_key ?? from.commander_key });
  return {
    id, alerts,
    events: [
      { type: 'incident.merged', incident: from.number, actor, data: { from: from.state, to: 'duplicate', into: into.number, alerts, reason, regrouping: id, alertIds: named, services: from.services, others: into.services } },
      { type: 'incident.absorbed', incident: into.number, actor, data: { other: from.number, title: from.title, alerts, reason, regrouping: id, alertIds: named } },
      ...spread,
    ],
  };
}

/** Services of an incident whose alerts have gone: those that only the gone ones named leave with them. */
function servicesWithout(before: readonly string[], gone: readonly string[], left: readonly string[]): string[] {
  return before.filter((service) => left.includes(service) || !gone.includes(service));
}

/**
 * `left`: alerts went away, so that it may become less grave. `grown`: alerts came. `chosen`: alerts
 * came while a person chose the severity. `restored`: it is as it was before, and only what came since
 * then counts in addition.
 */
type RecountMode = 'left' | 'grown' | 'chosen' | 'restored';

/** Tells counts, services and severity of an incident anew from its alerts. A person's severity is only raised. */
async function recount(context: RegroupContext, row: IncidentRow, facts: LinkFacts, services: readonly string[], mode: RecountMode): Promise<NewEvent[]> {
  const { tx, orgId, at, actor, reason, settings, index } = context;
  const gravest = mode === 'left' || row.gravest_alert === null ? facts.gravest : Math.min(row.gravest_alert, facts.gravest ?? row.gravest_alert);
  const evaluation = evaluateIncident({
    fresh: mode === 'left' && row.severity_origin === 'computed', state: 'declared', severity: severityOf(row.severity),
    computedSeverity: mode === 'left' || row.computed_severity === null ? null : severityOf(row.computed_severity),
    gravestAlert: gravest === null ? null : severityOf(gravest), services, alertsTotal: facts.total, confidence: null, ignoredByPolicy: false,
  }, settings, index);
  const keeps = mode === 'chosen' || (mode === 'left' && row.severity_origin === 'manual');
  const severity = keeps ? severityOf(row.severity) : evaluation.severity;
  const changed = severityRank(severity) !== row.severity;
  await writeRecount(tx, orgId, row.number, {
    total: facts.total, firing: facts.firing, firstAlertAt: facts.firstAlertAt, services, gravest, severity: severityRank(severity),
    computedSeverity: evaluation.computedSeverity === null ? null : severityRank(evaluation.computedSeverity),
    severityInputs: mode === 'restored' && !changed ? row.severity_inputs : evaluation.inputs,
    clocksFrom: mode === 'grown' || mode === 'chosen' ? facts : null,
  }, at);
  return changed
    ? [{ type: 'incident.severity_changed', incident: row.number, actor, data: { from: severityOf(row.severity), to: severity, reason: `its alerts changed: ${reason}` } }]
    : [];
}

/** Where alerts go and as what they arrive. */
export interface Movement {
  readonly kind: 'split' | 'move';
  readonly from: IncidentRow;
  /** Null: out of any incident. */
  readonly into: IncidentRow | null;
  readonly alerts: readonly AlertRef[];
  readonly placedBy: 'engine' | 'person';
  /** Null: each link keeps its reason. */
  readonly linkReason: DecisionReason | null;
  /** A person has just chosen the severity of `into`. */
  readonly chosen?: true;
}

/**
 * Moves alerts of one incident to another or out. Both incidents are told anew from their alerts: the
 * one that alerts left may become less grave, because moving is a decision of its own.
 */
export async function moveAlerts(context: RegroupContext, movement: Movement): Promise<Regrouped> {
  const { tx, orgId, at, actor, reason } = context;
  const { from, into, kind } = movement;
  const target = into?.number ?? null;
  const id = await insertRegrouping(tx, orgId, at, { kind, actor, from: from.number, into: target, reason });
  const alerts = await keepLinks(tx, orgId, id, from.number, movement.alerts);
  const before = await readLinkFacts(tx, orgId, from.number);
  const targetBefore = target === null ? null : await readLinkFacts(tx, orgId, target);
  await moveKeptLinks(tx, orgId, id, target, { placedBy: movement.placedBy, reason: movement.linkReason });
  const left = await readLinkFacts(tx, orgId, from.number);
  const events: NewEvent[] = [];
  const named = await namedAlerts(context, id);
  const data = { alerts, reason, regrouping: id, alertIds: named };
  const gone = await readKeptServices(tx, orgId, id);
  events.push({ type: kind === 'split' ? 'incident.split' : 'incident.alerts_moved_out', incident: from.number, actor, data: { ...data, into: target, services: gone, others: left.services } });
  events.push(...await recount(context, from, left, servicesWithout(from.services, before.services, left.services), 'left'));
  if (into !== null && target !== null && targetBefore !== null) {
    const now = await readLinkFacts(tx, orgId, target);
    const arrived = now.services.filter((service) => !targetBefore.services.includes(service));
    events.push({
      type: kind === 'split' ? 'incident.split_off' : 'incident.alerts_moved_in', incident: target, actor, data: { ...data, from: from.number, title: into.title, services: gone, others: targetBefore.services },
    });
    const changes = await recount(context, into, now, [...new Set([...into.services, ...arrived])], movement.chosen === true ? 'chosen' : 'grown');
    // What a split makes has had no severity before.
    if (kind === 'move') events.push(...changes);
    if (kind === 'split') events.push(...await spreadToNew(context, from.number, target, 'split from'));
  }
  await finishRegrouping(tx, orgId, id, from.number, target, alerts);
  return { id, alerts, events };
}

/** Tells counts anew after a regrouping was undone, and raises the severity if what came since asks for it. */
export async function recountRestored(context: RegroupContext, number: number): Promise<NewEvent[]> {
  const row = await lockIncident(context.tx, context.orgId, ALL_SEEING, number);
  if (row === undefined) return [];
  const facts = await readLinkFacts(context.tx, context.orgId, number);
  return recount(context, row, facts, row.services, 'restored');
}

/** Tells an incident anew after alerts that had none were given to it by the person who declared it. */
export async function recountChosen(context: RegroupContext, number: number): Promise<NewEvent[]> {
  const row = await lockIncident(context.tx, context.orgId, ALL_SEEING, number);
  if (row === undefined) return [];
  const facts = await readLinkFacts(context.tx, context.orgId, number);
  return recount(context, row, facts, [...new Set([...row.services, ...facts.services])], 'chosen');
}
