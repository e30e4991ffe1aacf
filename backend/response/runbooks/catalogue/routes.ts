/** The catalogue over HTTP: connects the contract with the use cases. */
import type { Runbook, RunbookId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { notFoundError } from '../../../platform/errors.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import { requiredVersion, type Caller, type Handlers, type RequestContext } from '../../../platform/http/route.ts';
import { parseRunbook } from '../format/index.ts';
import { importMarkdown } from './importMarkdown.ts';
import type { CataloguePorts } from './ports.ts';
import { findRunbook, listRunbookRows, sortKeyOf, type StoredRunbook } from './runbookStore.ts';
import type { CatalogueAuthor, CatalogueCommand, CatalogueService } from './service.ts';
import { findVersionRow, listVersionRows } from './versionStore.ts';
import { toRunbook, toSummary, toVersion } from './view.ts';

export type CatalogueOperation =
  | 'listRunbooks' | 'createRunbook' | 'getRunbook' | 'putRunbookDraft' | 'discardRunbookDraft' | 'publishRunbook' | 'retireRunbook' | 'reinstateRunbook'
  | 'listRunbookVersions' | 'getRunbookVersion' | 'restoreRunbookVersion' | 'checkRunbook' | 'importRunbook';

export interface CatalogueRoutesDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly service: CatalogueService;
  readonly ports: CataloguePorts;
}

function isPlace(values: readonly string[]): boolean {
  return values.length === 2;
}

function isVersion(values: readonly string[]): boolean {
  return values.length === 1 && /^[1-9]\d{0,8}$/.test(values[0] ?? '');
}

function authorOf({ orgId, actor, issuedBy }: Caller): CatalogueAuthor {
  return { orgId, by: actor, tokenOf: issuedBy };
}

function commandOf(context: RequestContext): CatalogueCommand {
  return { ...authorOf(context.caller), version: requiredVersion(context) };
}

/** Makes the handlers. */
export function createCatalogueHandlers({ db, clock, service, ports }: CatalogueRoutesDeps): Handlers<CatalogueOperation> {
  async function find(caller: Caller, id: RunbookId): Promise<StoredRunbook> {
    const stored = await findRunbook(db, caller.orgId, id);
    if (stored === null) throw notFoundError(`there is no runbook "${id}"`);
    return stored;
  }

  async function show(caller: Caller, id: RunbookId): Promise<Runbook> {
    const stored = await find(caller, id);
    const live = stored.liveVersion === null ? null : await findVersionRow(db, caller.orgId, id, stored.liveVersion);
    const figures = await ports.figuresOf(db, caller.orgId, [id]);
    return toRunbook(stored, live?.source ?? null, figures.get(id), clock);
  }

  return {
    async listRunbooks({ query }, { caller }) {
      const rows = await listRunbookRows(db, caller.orgId, {
        words: query.q ?? null, state: query.state === 'all' ? null : query.state, service: query.service ?? null, tag: query.tag ?? null,
        after: decodeCursor(query.cursor, isPlace), limit: query.limit,
      });
      const { items, nextCursor } = toPage(rows, query.limit, sortKeyOf);
      const figures = await ports.figuresOf(db, caller.orgId, items.map(({ id }) => id));
      return { items: items.map((stored) => toSummary(stored, figures.get(stored.id), clock)), nextCursor };
    },
    async createRunbook({ body }, { caller }) {
      return show(caller, await service.create(authorOf(caller), body.source));
    },
    getRunbook: ({ params }, { caller }) => show(caller, params.id),
    async putRunbookDraft({ params, body }, context) {
      await service.writeDraft(commandOf(context), params.id, body.source);
      return show(context.caller, params.id);
    },
    async discardRunbookDraft({ params }, context) {
      await service.discardDraft(commandOf(context), params.id);
      return show(context.caller, params.id);
    },
    async publishRunbook({ params, body }, context) {
      await service.publish(commandOf(context), params.id, body.note);
      return show(context.caller, params.id);
    },
    async retireRunbook({ params, body }, context) {
      await service.retire(commandOf(context), params.id, body.reason);
      return show(context.caller, params.id);
    },
    async reinstateRunbook({ params, body }, context) {
      await service.reinstate(commandOf(context), params.id, body.reason);
      return show(context.caller, params.id);
    },
    async listRunbookVersions({ params, query }, { caller }) {
      const before = decodeCursor(query.cursor, isVersion);
      const { liveVersion } = await find(caller, params.id);
      const rows = await listVersionRows(db, caller.orgId, params.id, before === null ? null : Number(before[0]), query.limit);
      const { items, nextCursor } = toPage(rows, query.limit, ({ version }) => [String(version)]);
      return { items: items.map((version) => toVersion(version, liveVersion)), nextCursor };
    },
    async getRunbookVersion({ params }, { caller }) {
      const { liveVersion } = await find(caller, params.id);
      const version = await findVersionRow(db, caller.orgId, params.id, params.version);
      if (version === null) throw notFoundError(`there is no version ${params.version} of "${params.id}"`);
      return { ...toVersion(version, liveVersion), source: version.source };
    },
    async restoreRunbookVersion({ params }, context) {
      await service.restore(commandOf(context), params.id, params.version);
      return show(context.caller, params.id);
    },
    async checkRunbook({ body }) {
      return parseRunbook(body.source);
    },
    async importRunbook({ body }) {
      const markdown = body.markdown ?? (await ports.fetchText(body.url ?? ''));
      const source = importMarkdown(markdown, { id: body.id, from: body.url });
      return { source, findings: parseRunbook(source).findings };
    },
  };
}
