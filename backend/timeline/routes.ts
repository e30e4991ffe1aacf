/** The timeline of an incident over HTTP. */
import { incidentKey, logPosition, type LiveEvent, type OrgId, type TimelineEntry } from '#contract';
import { viewerOf } from '../access/index.ts';
import { changeCursor, selectChangesNear, toApiChange, type CatalogLookup, type ChangePosition, type StoredChange, type Topology } from '../catalog/index.ts';
import { listEvents } from '../eventlog/index.ts';
import { commandOf, findIncidentScope, MAX_REVISIONS, type IncidentScope, type IncidentService } from '../incidents/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queryable } from '../platform/db/database.ts';
import { inputError, notFoundError } from '../platform/errors.ts';
import { toPage } from '../platform/http/cursor.ts';
import type { Caller, Handlers } from '../platform/http/route.ts';
import { findTasksOfEntries } from '../response/tasks/index.ts';
import { isShadow } from '../standing/index.ts';
import { projectTimeline } from './project.ts';
import { findWindowEnds } from './windowStore.ts';

export interface TimelineDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly incidents: IncidentService;
  readonly catalog: CatalogLookup;
}

const ALERT_TYPES = ['incident.alerts_joined', 'incident.alerts_resolved'];
/** A change this long before trouble began may be its cause. */
const CHANGES_BEFORE_MS = 60 * 60_000;
const MAX_CHANGES = 200;
/** How far a change may be upstream of the services of an incident. */
const CHANGE_HOPS = 2;

/** The services and what they need, a few steps far. */
function withUpstream(services: readonly string[], topology: Topology): string[] {
  const near = new Set(services);
  for (let hop = 0; hop < CHANGE_HOPS; hop += 1) {
    for (const { to } of topology.edges.filter(({ from }) => near.has(from))) near.add(to);
  }
  return [...near];
}

function typesFor(kind: 'all' | 'people' | 'alerts' | 'notes'): { types?: readonly string[]; notTypes?: readonly string[] } {
  switch (kind) {
    case 'all':
      return { notTypes: ['incident.note_revised'] };
    case 'people':
      return { notTypes: [...ALERT_TYPES, 'incident.note_revised'] };
    case 'alerts':
      return { types: [...ALERT_TYPES, 'incident.opened'] };
    case 'notes':
      return { types: ['incident.note_added'] };
  }
}

/** Makes the handlers. */
export function createTimelineHandlers(deps: TimelineDeps): Handlers<'listTimeline' | 'addNote' | 'reviseNote' | 'listIncidentChanges'> {
  const { db, clock, incidents, catalog } = deps;

  async function scopeOf(caller: Caller, incident: number): Promise<IncidentScope> {
    const scope = await findIncidentScope(db, caller.orgId, viewerOf(caller), incident);
    if (scope === null) throw notFoundError(`${incidentKey(incident)} does not exist`);
    return scope;
  }

  /** Changes of the incident's services and of what they need, made or closed from an hour before it began until it was over. */
  async function changesNear(orgId: OrgId, scope: IncidentScope, limit: number, before: ChangePosition | null): Promise<StoredChange[]> {
    const topology = await catalog.topologyOf(orgId);
    return selectChangesNear(db, orgId, {
      services: withUpstream(scope.services, topology), from: new Date(scope.beganAt.getTime() - CHANGES_BEFORE_MS), to: scope.endedAt ?? clock.now(),
    }, limit, before);
  }

  /** Positions of what happened around the incident: its changes, their closes, and windows that ended and had held its alerts back. */
  async function contextOf(orgId: OrgId, incident: number, scope: IncidentScope): Promise<string[]> {
    const [changes, windowEnds] = await Promise.all([changesNear(orgId, scope, MAX_CHANGES, null), findWindowEnds(db, orgId, incident, new Date(scope.beganAt.getTime() - CHANGES_BEFORE_MS))]);
    return [...changes.flatMap((change) => [change.position, ...(change.closedPosition === null ? [] : [change.closedPosition])]), ...windowEnds];
  }

  async function revisionsFor(caller: Caller, incident: number, events: readonly LiveEvent[]): Promise<LiveEvent[]> {
    if (!events.some((event) => event.type === 'incident.note_added')) return [];
    return listEvents(db, caller.orgId, { viewer: viewerOf(caller), incident, types: ['incident.note_revised'], order: 'newest', limit: MAX_REVISIONS });
  }

  function tasksOf(caller: Caller, events: readonly LiveEvent[]) {
    return findTasksOfEntries(db, caller.orgId, viewerOf(caller), events.map((event) => event.position));
  }

  async function readNote(caller: Caller, incident: number, position: string): Promise<TimelineEntry> {
    const events = await listEvents(db, caller.orgId, {
      viewer: viewerOf(caller), incident, types: ['incident.note_added'], order: 'oldest', beyond: (BigInt(position) - 1n).toString(), limit: 1,
    });
    const entry = projectTimeline(events, await revisionsFor(caller, incident, events), await tasksOf(caller, events))[0];
    if (entry === undefined) throw notFoundError(`${incidentKey(incident)} has no note at ${position}`);
    return entry;
  }

  return {
    async listTimeline({ params, query }, { caller }) {
      const scope = await scopeOf(caller, params.number);
      if (query.cursor !== undefined && !logPosition.safeParse(query.cursor).success) {
        throw inputError('cursor is not one that the timeline gave', [{ field: 'query.cursor', message: 'use the nextCursor of the page before' }]);
      }
      const besides = query.kind === 'all' || query.kind === 'people' ? await contextOf(caller.orgId, params.number, scope) : [];
      const events = await listEvents(db, caller.orgId, {
        viewer: viewerOf(caller), incident: params.number, besides, ...typesFor(query.kind), order: query.order, limit: query.limit + 1,
        ...(query.cursor === undefined ? {} : { beyond: query.cursor }),
      });
      const shown = events.slice(0, query.limit);
      return {
        items: projectTimeline(shown, await revisionsFor(caller, params.number, shown), await tasksOf(caller, shown), await isShadow(db, caller.orgId, 'diagnosis')),
        nextCursor: events.length > query.limit ? (shown.at(-1)?.position ?? null) : null,
      };
    },
    async listIncidentChanges({ params, query }, { caller }) {
      const before = changeCursor(query.cursor);
      const changes = await changesNear(caller.orgId, await scopeOf(caller, params.number), query.limit + 1, before);
      return toPage(changes.map(toApiChange), query.limit, (change) => [change.at, change.position]);
    },
    async addNote({ params, body }, context) {
      const position = await incidents.addNote(commandOf(context), params.number, body.text);
      return readNote(context.caller, params.number, position);
    },
    async reviseNote({ params, body }, context) {
      await incidents.reviseNote(commandOf(context), params.number, params.position, body.text);
      return readNote(context.caller, params.number, params.position);
    },
  };
}
