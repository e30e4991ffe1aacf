/** The audit log over HTTP: every event of the organisation that the asker may see, in words. */
import { EVENT_TYPES, logPosition, type AuditSubject, type EventType } from '#contract';
import { viewerOf } from '../access/index.ts';
import { listEvents } from '../eventlog/index.ts';
import type { Queryable } from '../platform/db/database.ts';
import { inputError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/route.ts';
import { isShadow } from '../standing/index.ts';
import { sentenceOf } from './project.ts';

type Subject = EventType extends `${infer S}.${string}` ? S : never;

const SUBJECTS: Readonly<Record<Subject, AuditSubject>> = {
  incident: 'incidents',
  source: 'sources', dead_letter: 'sources', mapping: 'sources', enrichment: 'sources', extraction: 'sources', grafana_connection: 'sources',
  noise: 'noise', maintenance: 'noise', silence: 'noise',
  service: 'services', catalog: 'services', business_service: 'services', infrastructure: 'services', dependency: 'services', change: 'services',
  detector: 'detection',
  correlation: 'correlation', back_test: 'correlation', incident_settings: 'correlation',
  runbook: 'runbooks', runbook_secret: 'runbooks', run: 'runbooks', automation: 'runbooks', drill: 'runbooks', agent: 'runbooks',
  communication: 'communication', draft_model: 'communication',
  channel: 'notifications', channel_chains: 'notifications', notification: 'notifications', notification_settings: 'notifications', rehearsal: 'notifications', heartbeat_out: 'notifications', status_page: 'communication',
  contacts: 'oncall', clock_rules: 'oncall', team: 'oncall', escalation: 'oncall', escalation_policy: 'oncall', subscription: 'communication',
  schedule: 'oncall',
  prediction: 'services', helper: 'detection', forecast: 'detection',
  access: 'access',
};

function isSubject(name: string): name is Subject {
  return Object.hasOwn(SUBJECTS, name);
}

/** What an event is about. */
export function subjectOf(type: EventType): AuditSubject {
  const name = type.slice(0, type.indexOf('.'));
  if (!isSubject(name)) throw new Error(`no subject for events like ${type}`);
  return SUBJECTS[name];
}

function typesOf(type: string | undefined, subject: AuditSubject | undefined): { readonly types?: readonly string[] } {
  if (type === undefined && subject === undefined) return {};
  return { types: EVENT_TYPES.filter((known) => (type === undefined || known === type) && (subject === undefined || subjectOf(known) === subject)) };
}

/** Makes the handler. */
export function createAuditHandlers({ db }: { readonly db: Queryable }): Handlers<'listAudit'> {
  return {
    async listAudit({ query }, { caller }) {
      if (query.cursor !== undefined && !logPosition.safeParse(query.cursor).success) {
        throw inputError('cursor is not one that the list gave', [{ field: 'query.cursor', message: 'use the nextCursor of the page before' }]);
      }
      const events = await listEvents(db, caller.orgId, {
        viewer: viewerOf(caller), order: 'newest', limit: query.limit + 1, ...typesOf(query.type, query.subject),
        ...(query.by === undefined ? {} : { by: query.by }), ...(query.cursor === undefined ? {} : { beyond: query.cursor }),
      });
      const shown = events.slice(0, query.limit);
      const isDiagnosisShadow = await isShadow(db, caller.orgId, 'diagnosis');
      return { items: shown.map((event) => ({ ...event, text: sentenceOf(event, isDiagnosisShadow) })), nextCursor: events.length > shown.length ? (shown.at(-1)?.position ?? null) : null };
    },
  };
}
