/** API operations of sources, mapping and dead letters. Replay and test alert belong to ingest. */
import type { EventSink } from './ports.ts';
import type { Database } from '../platform/db/database.ts';
import { notFoundError } from '../platform/errors.ts';
import { decodeCursor, encodeCursor, isInstant, toPage } from '../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../platform/http/route.ts';
import { deleteDeadLetter, selectDeadLetters } from './deadLetterStore.ts';
import type { ConnectionService } from './grafana/connectionService.ts';
import type { MappingService } from './mappingService.ts';
import { selectUnmapped, type StoredMapping } from './mappingStore.ts';
import type { SourceService } from './sourceService.ts';

export type SourceOperation =
  | 'listSources' | 'createSource' | 'editSource' | 'deleteSource' | 'issueSourceToken' | 'revokeSourceToken'
  | 'listDeadLetters' | 'discardDeadLetter' | 'getMapping' | 'putMapping' | 'listUnmapped'
  | 'getGrafanaConnection' | 'putGrafanaConnection' | 'testGrafanaConnection';

function toMappingDocument({ document, version, provisioned }: StoredMapping) {
  return { ...document, version, provisioned };
}

export interface SourceRoutesOptions {
  readonly db: Database;
  readonly sources: SourceService;
  readonly mappings: MappingService;
  readonly grafana: ConnectionService;
  readonly recordEvent: EventSink;
}

/** Handlers over the use cases. */
export function createSourceRoutes({ db, sources, mappings, grafana, recordEvent }: SourceRoutesOptions): Handlers<SourceOperation> {
  return {
    async listSources({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 2);
      const rows = await sources.list(caller.orgId, after === null ? null : { name: after[0] ?? '', id: after[1] ?? '' }, query.limit);
      return toPage(rows, query.limit, ({ name, id }) => [name, id]);
    },
    createSource: ({ body }, { caller }) => sources.create(caller.orgId, caller.actor, body),
    async editSource({ params, body }, context) {
      const { orgId, actor } = context.caller;
      return sources.edit(orgId, actor, params.source, requiredVersion(context), body);
    },
    async deleteSource({ params }, context) {
      await sources.remove(context.caller.orgId, context.caller.actor, params.source, requiredVersion(context));
      return { ok: true };
    },
    issueSourceToken: ({ params }, { caller }) => sources.issueToken(caller.orgId, caller.actor, params.source),
    revokeSourceToken: async ({ params }, context) =>
      sources.revokeToken(context.caller.orgId, context.caller.actor, params.source, requiredVersion(context), params.id),

    async listDeadLetters({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 2 && isInstant(values[0]));
      const page = await selectDeadLetters(db, caller.orgId, {
        source: query.source ?? null,
        after: after === null ? null : { receivedAt: after[0] ?? '', id: after[1] ?? '' },
        limit: query.limit,
      });
      return { items: page.items, nextCursor: page.next === null ? null : encodeCursor([page.next.receivedAt, page.next.id]) };
    },
    async discardDeadLetter({ params }, { caller }) {
      await db.transaction(async (tx) => {
        const source = await deleteDeadLetter(tx, caller.orgId, params.id);
        if (source === null) throw notFoundError(`there is no kept payload "${params.id}"`);
        await recordEvent(tx, caller.orgId, { type: 'dead_letter.discarded', incident: null, actor: caller.actor, data: { id: params.id, source } });
      });
      return { ok: true };
    },

    async getMapping(_, { caller }) {
      return toMappingDocument(await mappings.get(caller.orgId));
    },
    async putMapping({ body }, context) {
      const stored = await mappings.put(context.caller.orgId, context.caller.actor, requiredVersion(context), body);
      return toMappingDocument(stored);
    },
    async listUnmapped({ query }, { caller }) {
      const after = decodeCursor(query.cursor, ([count, ...rest]) => /^\d{1,10}$/.test(count ?? '') && rest.length === 2);
      const rows = await selectUnmapped(db, caller.orgId, after === null ? null : { count: after[0] ?? '', kind: after[1] ?? '', value: after[2] ?? '' }, query.limit);
      const items = rows.map(({ last_seen_at, ...row }) => ({ ...row, lastSeenAt: last_seen_at.toISOString() }));
      return toPage(items, query.limit, ({ count, kind, value }) => [String(count), kind, value]);
    },

    getGrafanaConnection: (_, { caller }) => grafana.get(caller.orgId),
    async putGrafanaConnection({ body }, context) {
      return grafana.put(context.caller.orgId, context.caller.actor, requiredVersion(context), body);
    },
    testGrafanaConnection: (_, { caller }) => grafana.test(caller.orgId),
  };
}
