/** The timeline of an incident over HTTP. */
import { incidentKey, type LiveEvent, type OrgId, type TimelineEntry } from '#contract';
import { listEvents } from '../eventlog/index.ts';
import { commandOf, incidentExists, type IncidentService } from '../incidents/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { inputError, notFoundError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/route.ts';
import { projectTimeline } from './project.ts';

export interface TimelineDeps {
  readonly db: Queryable;
  readonly incidents: IncidentService;
}

const ALERT_TYPES = ['incident.alerts_joined', 'incident.alerts_resolved'];
const MAX_REVISIONS = 1000;

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
export function createTimelineHandlers(deps: TimelineDeps): Handlers<'listTimeline' | 'addNote' | 'reviseNote'> {
  const { db, incidents } = deps;

  async function revisionsFor(orgId: OrgId, incident: number, events: readonly LiveEvent[]): Promise<LiveEvent[]> {
    if (!events.some((event) => event.type === 'incident.note_added')) return [];
    return listEvents(db, orgId, { incident, types: ['incident.note_revised'], order: 'newest', limit: MAX_REVISIONS });
  }

  async function readNote(orgId: OrgId, incident: number, position: string): Promise<TimelineEntry> {
    const events = await listEvents(db, orgId, {
      incident, types: ['incident.note_added'], order: 'oldest', beyond: (BigInt(position) - 1n).toString(), limit: 1,
    });
    const entry = projectTimeline(events, await revisionsFor(orgId, incident, events))[0];
    if (entry === undefined) throw notFoundError(`${incidentKey(incident)} has no note at ${position}`);
    return entry;
  }

  return {
    async listTimeline({ params, query }, { caller }) {
      if (!(await incidentExists(db, caller.orgId, params.number))) throw notFoundError(`${incidentKey(params.number)} does not exist`);
      if (query.cursor !== undefined && !/^\d{1,19}$/.test(query.cursor)) {
        throw inputError('cursor is not one that the timeline gave', [{ field: 'query.cursor', message: 'use the nextCursor of the page before' }]);
      }
      const events = await listEvents(db, caller.orgId, {
        incident: params.number, ...typesFor(query.kind), order: query.order, limit: query.limit + 1,
        ...(query.cursor === undefined ? {} : { beyond: query.cursor }),
      });
      const shown = events.slice(0, query.limit);
      return {
        items: projectTimeline(shown, await revisionsFor(caller.orgId, params.number, shown)),
        nextCursor: events.length > query.limit ? (shown.at(-1)?.position ?? null) : null,
      };
    },
    async addNote({ params, body }, context) {
      const position = await incidents.addNote(commandOf(context), params.number, body.text);
      return readNote(context.caller.orgId, params.number, position);
    },
    async reviseNote({ params, body }, context) {
      await incidents.reviseNote(commandOf(context), params.number, params.position, body.text);
      return readNote(context.caller.orgId, params.number, params.position);
    },
  };
}
