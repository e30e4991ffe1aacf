/** What people do across incidents: merge, split, move alerts, and undo within ten minutes. */
import {
  DRILL_SOURCE, incidentKey, UNDO_WITHIN_MINUTES, type Actor, type AlertId, type DecisionReason, type IncidentNumber, type MoveAlertsBody, type SplitBody,
} from '#contract';
import { ALL_SEEING, findPrivate, maySee } from '../access/index.ts';
import type { AlertRef } from '../correlation/index.ts';
import { appendEvents, type NewEvent } from '../eventlog/index.ts';
import { splitAlertId } from '../ingest/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError } from '../platform/errors.ts';
import { lockIncident } from './commandStore.ts';
import { checkVersion, eventBy, lifecycleFacts, loadIncident, refuseMerged, type Command } from './guards.ts';
import { impactIndexOf } from './impact.ts';
import { toIncidentNumber, type IncidentRow } from './incident.ts';
import type { CatalogLookup } from './ports.ts';
import { mergeIncidents, moveAlerts, recountChosen, recountRestored, type RegroupContext } from './regroup.ts';
import {
  bumpLinkMark, findNewerRegrouping, locateAlerts, lockRegrouping, markUndone, placeAlerts, redirectEmptied, restoreIncident, restoreLinks,
} from './regroupStore.ts';
import type { SettingsReader } from './settingsStore.ts';
import { insertIncidents, lockLinks, takeNumbers } from './sinkStore.ts';
import { spreadByMerge } from './spreadPrivacy.ts';
import { ACTIVE_STATES, OPEN_STATES, waysOn, type LifecycleRules } from './stateMachine.ts';

/** Alerts that are about to belong to an incident that is being declared. */
export interface Claim {
  readonly firstAlertAt: Date | null;
  /** Moves them in; gives the events. */
  into(number: number): Promise<NewEvent[]>;
}

export interface Regrouper {
  merge(command: Command, number: IncidentNumber, into: IncidentNumber, reason: string | undefined): Promise<void>;
  /** Gives the number of the new incident. */
  split(command: Command, number: IncidentNumber, body: SplitBody): Promise<IncidentNumber>;
  move(command: Command, number: IncidentNumber, body: MoveAlertsBody): Promise<void>;
  /** Gives the incident that alerts went back to. */
  undo(command: Command, id: string, reason: string | undefined): Promise<IncidentNumber>;
  /** Takes the link lock and looks where alerts are that a new incident claims. */
  claim(tx: Transaction, command: Command, at: Date, alerts: readonly AlertId[]): Promise<Claim>;
}

export interface RegrouperDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly rules: LifecycleRules;
  readonly settings: SettingsReader;
  readonly catalog: CatalogLookup;
}

function refsOf(alerts: readonly AlertId[]): AlertRef[] {
  return [...new Set(alerts)].map((id) => {
    const { keyBigint, startsAt } = splitAlertId(id);
    return { alertKey: keyBigint, startsAt };
  });
}

/** Why an alert is where a person put it. */
function placedBy(actor: Actor, reason: string): DecisionReason {
  return { strategy: 'person', summary: `${actor.name} put it here: ${reason}`, contributions: [{ kind: 'person', text: reason, weight: 1 }] };
}

/** What stands at alerts that left a private incident: not what was said there. */
const TAKEN_OUT = 'no reason is shown';

/** Makes it. */
export function createRegrouper(deps: RegrouperDeps): Regrouper {
  const { db, clock, rules, settings, catalog } = deps;

  async function contextOf(tx: Transaction, command: Command, at: Date, reason: string): Promise<RegroupContext> {
    const index = impactIndexOf(await catalog.catalogOf(command.orgId));
    return { tx, orgId: command.orgId, at, actor: command.actor, reason, settings: await settings.read(tx, command.orgId), index };
  }

  function refuseEnded(row: IncidentRow, what: string, at: Date): void {
    if (OPEN_STATES.includes(row.state)) return;
    throw conflictError(`${incidentKey(row.number)} is ${row.state}; only open incidents can be ${what}`, { extra: { state: row.state, ...waysOn(lifecycleFacts(row), at.getTime(), rules) } });
  }

  /** What is made up never mixes with what is real, nor one drill with another. */
  function refuseAcrossDrills(from: IncidentRow, into: string | null): void {
    if (from.drill === into) return;
    throw conflictError(`${incidentKey(from.number)} is ${from.drill === null ? 'real, and the other belongs to a drill' : 'of a drill'}: its alerts stay there`, { extra: { drill: from.drill } });
  }

  /** Locks the links, then the incidents by ascending number. */
  async function lockBoth(tx: Transaction, command: Command, numbers: readonly number[]): Promise<Map<number, IncidentRow>> {
    await lockLinks(tx, command.orgId);
    const rows = new Map<number, IncidentRow>();
    for (const number of [...new Set(numbers)].sort((a, b) => a - b)) rows.set(number, await loadIncident(tx, command, number));
    return rows;
  }

  async function seesAll(tx: Transaction, command: Command, numbers: readonly number[]): Promise<boolean> {
    const known = await findPrivate(tx, command.orgId, numbers);
    return numbers.every((number) => maySee(known, command.viewer, number));
  }

  function rowOf(rows: ReadonlyMap<number, IncidentRow>, number: number): IncidentRow {
    const row = rows.get(number);
    if (row === undefined) throw notFoundError(`${incidentKey(number)} does not exist`);
    return row;
  }

  /** The chosen alerts, which must all belong to the incident and leave something behind. */
  async function checkMembers(tx: Transaction, command: Command, row: IncidentRow, alerts: readonly AlertRef[]): Promise<string | null> {
    const places = await locateAlerts(tx, command.orgId, alerts);
    const strangers = places.filter((place) => place.incident_number !== row.number);
    if (strangers.length > 0) {
      throw conflictError(`${strangers.length} of the chosen alerts are not in ${incidentKey(row.number)} any more; look again and choose anew`, { extra: { missing: strangers.length } });
    }
    if (alerts.length >= row.alerts_total) {
      throw inputError('these are all alerts of the incident', [{ field: 'body.alerts', message: 'leave at least one; to move them all, merge the incident or end it' }]);
    }
    return places.find((place) => place.service !== null)?.service ?? null;
  }

  return {
    async merge(command, number, into, reason) {
      if (number === into) throw inputError('an incident cannot be merged into itself', [{ field: 'body.into', message: 'must be another incident' }]);
      const at = clock.now();
      await db.transaction(async (tx) => {
        const rows = await lockBoth(tx, command, [number, into]);
        const from = rowOf(rows, number);
        const target = rowOf(rows, into);
        refuseMerged(from);
        refuseMerged(target);
        await checkVersion(tx, command, from);
        for (const row of [from, target]) refuseEnded(row, 'merged', at);
        if (target.state === 'candidate' && ACTIVE_STATES.includes(from.state)) {
          throw conflictError(`${incidentKey(into)} is only a candidate; merge it into ${incidentKey(number)} instead`);
        }
        refuseAcrossDrills(from, target.drill);
        const merged = await mergeIncidents(await contextOf(tx, command, at, reason ?? ''), from, target);
        await bumpLinkMark(tx, command.orgId);
        await appendEvents(tx, command.orgId, at, merged.events);
      });
    },

    async split(command, number, body) {
      const at = clock.now();
      const alerts = refsOf(body.alerts);
      return db.transaction(async (tx) => {
        const rows = await lockBoth(tx, command, [number]);
        const from = rowOf(rows, number);
        refuseMerged(from);
        await checkVersion(tx, command, from);
        refuseEnded(from, 'split', at);
        const service = await checkMembers(tx, command, from, alerts);
        const fresh = await takeNumbers(tx, command.orgId, 1);
        const declared = ACTIVE_STATES.includes(from.state);
        await insertIncidents(tx, command.orgId, at, [{
          number: fresh, title: body.title ?? `${service ?? 'Part'} of ${incidentKey(number)}: ${from.title}`.slice(0, 200), description: '',
          state: declared ? 'declared' : 'candidate', severity: 5, computedSeverity: null, severityOrigin: 'computed', origin: from.origin,
          services: [], groupKeys: [`incident/${fresh}`], groupingReason: placedBy(command.actor, body.reason),
          declarationReason: declared ? `split from ${incidentKey(number)}` : null, impactStartedAt: null, declaredAt: declared ? at : null, commanderKey: null,
          recurrenceOf: null, incidentType: from.incident_type, fields: {}, links: [], detectedAt: null, drill: from.drill,
        }]);
        const into = await loadIncident(tx, command, fresh);
        const split = await moveAlerts(await contextOf(tx, command, at, body.reason), {
          kind: 'split', from, into, alerts, placedBy: 'person', linkReason: placedBy(command.actor, body.reason),
        });
        await bumpLinkMark(tx, command.orgId);
        await appendEvents(tx, command.orgId, at, split.events);
        return toIncidentNumber(fresh);
      });
    },

    async move(command, number, body) {
      if (number === body.into) throw inputError('the alerts are there already', [{ field: 'body.into', message: 'must be another incident, or null' }]);
      const at = clock.now();
      const alerts = refsOf(body.alerts);
      await db.transaction(async (tx) => {
        const rows = await lockBoth(tx, command, body.into === null ? [number] : [number, body.into]);
        const from = rowOf(rows, number);
        const into = body.into === null ? null : rowOf(rows, body.into);
        refuseMerged(from);
        await checkVersion(tx, command, from);
        if (into !== null) {
          refuseMerged(into);
          refuseEnded(into, 'given alerts', at);
          refuseAcrossDrills(from, into.drill);
        }
        await checkMembers(tx, command, from, alerts);
        const linkReason = placedBy(command.actor, from.is_private && into?.is_private !== true ? TAKEN_OUT : body.reason);
        const moved = await moveAlerts(await contextOf(tx, command, at, body.reason), { kind: 'move', from, into, alerts, placedBy: 'person', linkReason });
        await bumpLinkMark(tx, command.orgId);
        await appendEvents(tx, command.orgId, at, moved.events);
      });
    },

    async undo(command, id, reason) {
      const at = clock.now();
      return db.transaction(async (tx) => {
        await lockLinks(tx, command.orgId);
        const row = /^\d{1,18}$/.test(id) ? await lockRegrouping(tx, command.orgId, id) : undefined;
        const numbers = row === undefined ? [] : [row.from_incident, ...(row.into_incident === null ? [] : [row.into_incident])].sort((a, b) => a - b);
        if (row === undefined || !(await seesAll(tx, command, numbers))) throw notFoundError('there is no such merge, split or move');
        if (row.undone_at !== null) throw conflictError('this was undone already');
        if (at.getTime() - row.at.getTime() > UNDO_WITHIN_MINUTES * 60_000) {
          throw conflictError(`more than ${UNDO_WITHIN_MINUTES} minutes have passed; move the alerts by hand instead`);
        }
        const newer = await findNewerRegrouping(tx, command.orgId, row);
        if (newer !== undefined) {
          const others = [newer.from_incident, ...(newer.into_incident === null ? [] : [newer.into_incident])];
          if (!(await seesAll(tx, command, others))) throw conflictError('something newer stands in the way; move the alerts by hand instead');
          throw conflictError(`undo the newer ${newer.kind} of ${others.map(incidentKey).join(' and ')} first`, { extra: { newer: newer.id } });
        }
        const parts = new Map<number, IncidentRow>();
        for (const number of numbers) parts.set(number, await loadIncident(tx, command, number));
        const commanderOf = (number: number): string | null => parts.get(number)?.commander_key ?? null;
        // What the engine moved and a person moved back is the person's decision from now on.
        const alerts = await restoreLinks(tx, command.orgId, row.id, row.into_incident, row.kind !== 'merge' && row.actor.kind === 'system' ? 'person' : null);
        await restoreIncident(tx, command.orgId, row.from_incident, row.id, 'from', at);
        if (row.into_incident !== null && row.kind !== 'split') await restoreIncident(tx, command.orgId, row.into_incident, row.id, 'into', at);
        await markUndone(tx, command.orgId, row.id, at);
        const context = await contextOf(tx, command, at, reason ?? 'undone');
        const events: NewEvent[] = [];
        for (const number of numbers) events.push(...await recountRestored(context, number));
        if (row.kind === 'split' && row.into_incident !== null && await redirectEmptied(tx, command.orgId, row.into_incident, row.from_incident, at)) {
          events.push(...await spreadByMerge(context, row.into_incident, { number: row.from_incident, commander: commanderOf(row.from_incident) }));
        }
        await bumpLinkMark(tx, command.orgId);
        const data = { kind: row.kind, regrouping: row.id, from: row.from_incident, into: row.into_incident, alerts, reason: reason ?? null };
        await appendEvents(tx, command.orgId, at, [...numbers.map((number) => eventBy(command, 'incident.regrouping_undone', number, data)), ...events]);
        return toIncidentNumber(row.from_incident);
      });
    },

    async claim(tx, command, at, ids) {
      const alerts = refsOf(ids);
      await lockLinks(tx, command.orgId);
      const places = await locateAlerts(tx, command.orgId, alerts);
      const unknown = places.filter((place) => !place.known).length;
      if (unknown > 0) throw inputError(`${unknown} of the alerts do not exist`, [{ field: 'body.alerts', message: 'must be alerts of this organisation' }]);
      const bySource = new Map<number, AlertRef[]>();
      const free: AlertRef[] = [];
      places.forEach((place, index) => {
        const alert = alerts[index];
        if (alert === undefined) return;
        if (place.incident_number === null) free.push(alert);
        else bySource.set(place.incident_number, [...(bySource.get(place.incident_number) ?? []), alert]);
      });
      const sources = new Map<number, IncidentRow>();
      for (const number of [...bySource.keys()].sort((a, b) => a - b)) {
        // Alerts are everybody's, also those of an incident that is hidden from who declares: a refusal would tell of it.
        const row = await lockIncident(tx, command.orgId, ALL_SEEING, number);
        if (row !== undefined) sources.set(number, row);
      }
      for (const row of sources.values()) refuseAcrossDrills(row, null);
      if (places.some((place) => place.incident_number === null && place.source_id === DRILL_SOURCE)) {
        throw conflictError('some of these alerts are of a drill: a real incident takes none of them');
      }
      for (const [number, row] of sources) {
        if ((bySource.get(number)?.length ?? 0) < row.alerts_total || !(await seesAll(tx, command, [number]))) continue;
        throw conflictError(`these are all alerts of ${incidentKey(number)}; promote that one instead`, { extra: { incident: number } });
      }
      return {
        firstAlertAt: alerts.length === 0 ? null : alerts.reduce((first, alert) => (alert.startsAt < first ? alert.startsAt : first), at),
        async into(number) {
          const context = await contextOf(tx, command, at, `declared as ${incidentKey(number)}`);
          const linkReason = placedBy(command.actor, `declared as ${incidentKey(number)}`);
          const events: NewEvent[] = [];
          for (const [source, members] of bySource) {
            const moved = await moveAlerts(context, {
              kind: 'move', from: rowOf(sources, source), into: await loadIncident(tx, command, number), alerts: members, placedBy: 'person', linkReason, chosen: true,
            });
            events.push(...moved.events);
          }
          if (free.length > 0) {
            await placeAlerts(tx, command.orgId, number, free, linkReason, at);
            events.push(...await recountChosen(context, number));
          }
          await bumpLinkMark(tx, command.orgId);
          return events;
        },
      };
    },
  };
}
