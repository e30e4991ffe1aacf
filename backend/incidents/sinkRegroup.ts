/** Merges and moves that the engine decided: the same way as those of people. */
import type { IncidentNumber } from '#contract';
import { ALL_SEEING } from '../access/index.ts';
import { StaleWindowError, type IncidentChange } from '../correlation/index.ts';
import type { NewEvent } from '../eventlog/index.ts';
import { lockIncident } from './commandStore.ts';
import type { IncidentRow } from './incident.ts';
import { mergeIncidents, moveAlerts, type RegroupContext } from './regroup.ts';
import { locateAlerts, setLinkReasons } from './regroupStore.ts';
import { ATTACHABLE_STATES } from './stateMachine.ts';
import { findSetApart } from './windowStore.ts';

type SinkContext = Omit<RegroupContext, 'reason'>;

async function lockAll(context: SinkContext, numbers: readonly number[]): Promise<Map<number, IncidentRow>> {
  const rows = new Map<number, IncidentRow>();
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const row = await lockIncident(context.tx, context.orgId, ALL_SEEING, number);
    if (row === undefined || !ATTACHABLE_STATES.includes(row.state)) throw new StaleWindowError('an incident that the engine merges or moves takes no more alerts');
    rows.set(number, row);
  }
  return rows;
}

/** Carries out the merges; changes of absorbed incidents become changes of the survivor. */
export async function absorbAll(context: SinkContext, changes: readonly IncidentChange[]): Promise<{ changes: IncidentChange[]; events: NewEvent[] }> {
  const events: NewEvent[] = [];
  const survivors = new Map<IncidentNumber, IncidentNumber>();
  const current = (number: IncidentNumber): IncidentNumber => {
    let survivor = number;
    for (let next = survivors.get(survivor); next !== undefined; next = survivors.get(survivor)) survivor = next;
    return survivor;
  };
  const renamed: IncidentChange[] = [];
  for (const change of changes) {
    const members = [...new Set([...(change.incident === null ? [] : [change.incident]), ...change.absorbed].map(current))].sort((a, b) => a - b);
    const survivor = members[0];
    if (change.absorbed.length === 0 || survivor === undefined) {
      renamed.push(change);
      continue;
    }
    for (const absorbed of members.slice(1)) {
      const rows = await lockAll(context, [survivor, absorbed]);
      const into = rows.get(survivor);
      const from = rows.get(absorbed);
      if (into === undefined || from === undefined) continue;
      // A new group may have become part of an older incident that the window did not know it by.
      if ((await findSetApart(context.tx, context.orgId, [survivor, absorbed])).length > 0) throw new StaleWindowError('people have set apart what the engine would merge');
      const merged = await mergeIncidents({ ...context, reason: change.reason?.summary ?? 'the engine found one cause for both' }, from, into);
      events.push(...merged.events);
      survivors.set(absorbed, survivor);
    }
    renamed.push({ ...change, incident: survivor });
  }
  return { changes: renamed.map((change) => (change.incident === null ? change : { ...change, incident: current(change.incident) })), events };
}

/** Carries out the moves, from each incident at once. Alerts that a person placed stay. Gives the incidents that were counted anew: ends of the batch are counted off there already. */
export async function moveInto(context: SinkContext, numbered: readonly { readonly change: IncidentChange; readonly number: IncidentNumber; readonly fresh: boolean }[]): Promise<{ events: NewEvent[]; recounted: ReadonlySet<number> }> {
  const events: NewEvent[] = [];
  const recounted = new Set<number>();
  for (const { change, number, fresh } of numbered) {
    if (change.moved.length === 0) continue;
    const places = await locateAlerts(context.tx, context.orgId, change.moved);
    const bySource = new Map<number, typeof change.moved[number][]>();
    places.forEach((place, index) => {
      const alert = change.moved[index];
      if (alert === undefined || place.incident_number === null || place.incident_number === number || place.placed_by === 'person') return;
      bySource.set(place.incident_number, [...(bySource.get(place.incident_number) ?? []), alert]);
    });
    for (const [source, alerts] of [...bySource].sort(([a], [b]) => a - b)) {
      const rows = await lockAll(context, [source, number]);
      const from = rows.get(source);
      const into = rows.get(number);
      if (from === undefined || into === undefined) continue;
      const moved = await moveAlerts({ ...context, reason: change.reason?.summary ?? 'the engine found another cause for them' }, {
        kind: fresh ? 'split' : 'move', from, into, alerts, placedBy: 'engine', linkReason: null,
      });
      await setLinkReasons(context.tx, context.orgId, alerts);
      recounted.add(source).add(number);
      events.push(...moved.events);
    }
  }
  return { events, recounted };
}

