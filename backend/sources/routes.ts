/** API operations of sources, mapping and dead letters. Replay and test alert belong to ingest. */
import { z } from 'zod';
import type { EventSink } from './ports.ts';
import type { Database } from '../platform/db/database.ts';
import { inputError, notFoundError } from '../platform/errors.ts';
import { requiredVersion, type Handlers } from '../platform/http/route.ts';
import { deleteDeadLetter, selectDeadLetters, type DeadLetterCursor } from './deadLetterStore.ts';
import type { ConnectionService } from './grafana/connectionService.ts';
import type { MappingService } from './mappingService.ts';
import { selectUnmapped, type StoredMapping } from './mappingStore.ts';
import type { SourceService } from './sourceService.ts';

export type SourceOperation =
  | 'listSources' | 'createSource' | 'editSource' | 'deleteSource' | 'issueSourceToken' | 'revokeSourceToken'
  | 'listDeadLetters' | 'discardDeadLetter' | 'getMapping' | 'putMapping' | 'listUnmapped'
  | 'getGrafanaConnection' | 'putGrafanaConnection' | 'testGrafanaConnection';

const cursorShape = z.tuple([z.iso.datetime(), z.string().max(64)]);

function encodeCursor(cursor: DeadLetterCursor): string {
  return Buffer.from(JSON.stringify([cursor.receivedAt, cursor.id])).toString('base64url');
}

function decodeCursor(text: string): DeadLetterCursor {
  try {
    const [receivedAt, id] = cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { receivedAt, id };
  } catch (error) {
    throw inputError('the cursor is not one of this list', [{ field: 'cursor', message: 'start again without a cursor' }], { cause: error });
  }
}

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
    async listSources(_, { caller }) {
      return { items: await sources.list(caller.orgId) };
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
      const page = await selectDeadLetters(db, caller.orgId, {
        source: query.source ?? null,
        after: query.cursor === undefined ? null : decodeCursor(query.cursor),
        limit: query.limit,
      });
      return { items: page.items, nextCursor: page.next === null ? null : encodeCursor(page.next) };
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
    async listUnmapped(_, { caller }) {
      const rows = await selectUnmapped(db, caller.orgId);
      return { items: rows.map(({ last_seen_at, ...row }) => ({ ...row, lastSeenAt: last_seen_at.toISOString() })) };
    },

    getGrafanaConnection: (_, { caller }) => grafana.get(caller.orgId),
    async putGrafanaConnection({ body }, context) {
      return grafana.put(context.caller.orgId, context.caller.actor, requiredVersion(context), body);
    },
    testGrafanaConnection: (_, { caller }) => grafana.test(caller.orgId),
  };
}
