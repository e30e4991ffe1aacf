/** Use cases of the catalogue: begin, draft, publish, retire, restore. */
import type { Actor, EventType, OrgId, RunbookId, UserKey } from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import { conflictError, inputError, notAllowedError, notFoundError, versionMismatchError } from '../../../platform/errors.ts';
import { identityOf, parseRunbook } from '../format/index.ts';
import { draftHeadline, headlineOf } from './headline.ts';
import { insertRunbook, lockRunbook, setDraft, setHeadline, setLive, setRetired, stateOf, type StoredRunbook } from './runbookStore.ts';
import { findVersion, findVersionRow, insertVersion } from './versionStore.ts';

/** Who does it. */
export interface CatalogueAuthor {
  readonly orgId: OrgId;
  readonly by: Actor;
  /** Who made the token that does it: what it writes, they have written. */
  readonly tokenOf?: UserKey | undefined;
}

/** Who does it, to the version that they have seen. */
export interface CatalogueCommand extends CatalogueAuthor {
  readonly version: number;
}

export interface CatalogueService {
  create(author: CatalogueAuthor, source: string): Promise<RunbookId>;
  writeDraft(command: CatalogueCommand, id: RunbookId, source: string): Promise<void>;
  discardDraft(command: CatalogueCommand, id: RunbookId): Promise<void>;
  publish(command: CatalogueCommand, id: RunbookId, note: string): Promise<void>;
  retire(command: CatalogueCommand, id: RunbookId, reason: string): Promise<void>;
  reinstate(command: CatalogueCommand, id: RunbookId, reason: string): Promise<void>;
  restore(command: CatalogueCommand, id: RunbookId, version: number): Promise<void>;
}

/** Refuses what is to be done in the file. */
function refuseFile(stored: StoredRunbook): void {
  if (stored.origin !== 'file') return;
  throw conflictError(`this runbook follows the file ${stored.file ?? 'of its provisioning'}: change it there, or copy it under another name`, { extra: { file: stored.file } });
}

/** Whether one text asks for a second person. */
function asksForSecond(source: string | null): boolean {
  return source !== null && parseRunbook(source).document?.policy.publishBy === 'second_person';
}

/** Whether the draft needs somebody else to publish it: the live text says so, or the draft itself. A draft cannot take the rule away for itself. */
export function needsSecondPerson(liveSource: string | null, draftSource: string | null): boolean {
  return asksForSecond(liveSource) || asksForSecond(draftSource);
}

/** Keys of all who wrote at a draft, with those behind tokens. */
function authorsWith({ by, tokenOf }: CatalogueAuthor, before: readonly string[] = []): string[] {
  return [...new Set([...before, by.key, ...(tokenOf === undefined ? [] : [tokenOf])])];
}

/** Whether the actor may be that second person: one who did not write at the draft, themselves or by a token of theirs. A token is nobody. */
function isSecondPerson(by: Actor, authors: readonly string[]): boolean {
  return by.kind === 'user' && !authors.includes(by.key);
}

/** Use cases over a database. */
export function createCatalogueService({ db, clock }: { readonly db: Database; readonly clock: Clock }): CatalogueService {
  async function change(
    { orgId, by, version }: CatalogueCommand, id: RunbookId, type: EventType,
    work: (tx: Transaction, stored: StoredRunbook, at: Date) => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<void> {
    await db.transaction(async (tx) => {
      const stored = await lockRunbook(tx, orgId, id);
      if (stored === null) throw notFoundError(`there is no runbook "${id}"`);
      if (stored.version !== version) {
        throw versionMismatchError('the runbook was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: stored.version } });
      }
      const at = clock.now();
      const data = await work(tx, stored, at);
      await appendEvents(tx, orgId, at, [{ type, incident: null, actor: by, data: { runbook: id, title: stored.title, ...data } }]);
    });
  }

  async function liveSource(tx: Transaction, orgId: OrgId, stored: StoredRunbook): Promise<string | null> {
    return stored.liveVersion === null ? null : (await findVersionRow(tx, orgId, stored.id, stored.liveVersion))?.source ?? null;
  }

  async function draft(tx: Transaction, author: CatalogueAuthor, stored: StoredRunbook, source: string, at: Date): Promise<void> {
    const { orgId, by } = author;
    await setDraft(tx, orgId, stored.id, { source, by, at, authors: authorsWith(author, stored.draft?.authors) }, at);
    if (stored.liveVersion === null) await setHeadline(tx, orgId, stored.id, draftHeadline(source, stored.id));
  }

  return {
    async create(author, source) {
      const { orgId, by } = author;
      const { id } = identityOf(source);
      if (id === null) {
        const message = 'name the runbook: metadata.id of 1 to 60 lower-case letters, digits and dashes';
        throw inputError(message, [{ field: 'body.source', message }]);
      }
      const at = clock.now();
      const headline = draftHeadline(source, id);
      await db.transaction(async (tx) => {
        if (!(await insertRunbook(tx, orgId, id, 'page', null, headline, at))) throw conflictError(`there is a runbook "${id}" already: give this one another metadata.id`, { extra: { runbook: id } });
        await setDraft(tx, orgId, id, { source, by, at, authors: authorsWith(author) }, at);
        await appendEvents(tx, orgId, at, [{ type: 'runbook.created', incident: null, actor: by, data: { runbook: id, title: headline.title } }]);
      });
      return id;
    },
    writeDraft: (command, id, source) => change(command, id, 'runbook.draft_edited', async (tx, stored, at) => {
      refuseFile(stored);
      const named = identityOf(source).id;
      if (named !== null && named !== id) {
        const message = `metadata.id says "${named}", but the name of a runbook never changes: it is "${id}"`;
        throw inputError(message, [{ field: 'body.source', message }]);
      }
      await draft(tx, command, stored, source, at);
      return {};
    }),
    discardDraft: (command, id) => change(command, id, 'runbook.draft_discarded', async (tx, stored, at) => {
      if (stored.draft === null) throw conflictError('there is no draft');
      if (stored.liveVersion === null) throw conflictError('this runbook is nothing but its draft: retire it instead');
      await setDraft(tx, command.orgId, id, null, at);
      return {};
    }),
    publish: (command, id, note) => change(command, id, 'runbook.published', async (tx, stored, at) => {
      refuseFile(stored);
      const { orgId, by } = command;
      if (stored.draft === null) throw conflictError('there is no draft to publish');
      if (stored.retiredAt !== null) throw conflictError('this runbook is out of use: reinstate it first');
      const { document, findings } = parseRunbook(stored.draft.source);
      if (document === null) {
        const first = findings.find(({ level }) => level === 'error');
        throw conflictError(`the draft has errors: line ${first?.line ?? 1}: ${first?.path ?? ''} ${first?.message ?? 'cannot be read'}`, { extra: { findings } });
      }
      if (document.metadata.id !== id) throw conflictError(`metadata.id says "${document.metadata.id}", but the name of a runbook never changes: it is "${id}"`);
      if (needsSecondPerson(await liveSource(tx, orgId, stored), stored.draft.source) && !isSecondPerson(by, stored.draft.authors)) {
        throw notAllowedError('somebody who did not write at this draft, themselves or with an API token of theirs, has to publish it', { extra: { reason: 'second_person' } });
      }
      const version = await insertVersion(tx, orgId, id, { source: stored.draft.source, document, publishedBy: by, draftedBy: stored.draft.by, note, at });
      await setHeadline(tx, orgId, id, headlineOf(document));
      await setDraft(tx, orgId, id, null, at);
      await setLive(tx, orgId, id, version, 'page', null, at);
      return { version, note, title: document.metadata.title };
    }),
    retire: (command, id, reason) => change(command, id, 'runbook.retired', async (tx, stored, at) => {
      refuseFile(stored);
      if (stored.retiredAt !== null) throw conflictError('this runbook is out of use already');
      await setRetired(tx, command.orgId, id, at, at);
      return { reason };
    }),
    reinstate: (command, id, reason) => change(command, id, 'runbook.reinstated', async (tx, stored, at) => {
      if (stored.retiredAt === null) throw conflictError(`this runbook is ${stateOf(stored) === 'live' ? 'in use' : 'a draft'}, not retired`);
      await setRetired(tx, command.orgId, id, null, at);
      return { reason };
    }),
    restore: (command, id, version) => change(command, id, 'runbook.draft_edited', async (tx, stored, at) => {
      refuseFile(stored);
      const old = await findVersion(tx, command.orgId, id, version);
      if (old === null) throw notFoundError(`there is no version ${version} of "${id}"`);
      await draft(tx, command, stored, old.source, at);
      return { restored: version };
    }),
  };
}
