/**
 * Runbooks whose text is kept outside: provisioning files, and those that come with Muster. A file is followed: what it says
 * is published, what is gone is taken out of use. Following again changes nothing.
 */
import type { Actor, OrgId, RunbookDocument, RunbookId } from '#contract';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import { ProvisioningError, type ProvisioningFile } from '../../../platform/provisioning/provisioningFile.ts';
import { parseRunbook } from '../format/index.ts';
import { headlineOf } from './headline.ts';
import { insertRunbook, leaveFile, lockCatalogue, lockRunbook, selectByOrigin, setHeadline, setLive, setRetired, type StoredRunbook } from './runbookStore.ts';
import { findVersionRow, insertVersion } from './versionStore.ts';

const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };

/** A text that was read and has no errors. */
export interface ReadRunbook {
  readonly id: RunbookId;
  readonly source: string;
  readonly document: RunbookDocument;
  readonly file: string | null;
}

export interface Following {
  /** Makes the runbooks of files those of the files. Gives how many changed; throws a `ProvisioningError` that names file, line and column. */
  provision(orgId: OrgId, files: readonly ProvisioningFile[]): Promise<number>;
  /** Adds those that come with Muster, and brings those up to date that nobody edited. Gives how many changed. */
  loadBuiltIn(orgId: OrgId, shipped: readonly ReadRunbook[]): Promise<number>;
}

/** Reads a file that must be right. */
export function readRunbookFile(file: ProvisioningFile): ReadRunbook {
  const { document, findings } = parseRunbook(file.text);
  if (document !== null) return { id: document.metadata.id, source: file.text, document, file: file.path };
  const first = findings.find(({ level }) => level === 'error');
  throw new ProvisioningError(`${file.path}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.path === '' ? '' : `${first?.path ?? ''}: `}${first?.message ?? 'cannot be read'}`);
}

function checkTwice(read: readonly ReadRunbook[]): void {
  read.forEach(({ id, file }, index) => {
    const other = read.findIndex((one) => one.id === id);
    if (other < index) throw new ProvisioningError(`${file ?? ''}:1: metadata.id: "${id}" is the name of the runbook in ${read[other]?.file ?? 'another file'} too`);
  });
}

/** Following over a database. */
export function createFollowing({ db, clock }: { readonly db: Database; readonly clock: Clock }): Following {
  async function publish(tx: Transaction, orgId: OrgId, read: ReadRunbook, origin: 'file' | 'built_in', by: Actor, note: string): Promise<void> {
    const at = clock.now();
    const version = await insertVersion(tx, orgId, read.id, { source: read.source, document: read.document, publishedBy: by, draftedBy: by, note, at });
    await setHeadline(tx, orgId, read.id, headlineOf(read.document));
    await setLive(tx, orgId, read.id, version, origin, read.file, at);
  }

  async function liveSource(tx: Transaction, orgId: OrgId, stored: StoredRunbook): Promise<string | null> {
    return stored.liveVersion === null ? null : (await findVersionRow(tx, orgId, stored.id, stored.liveVersion))?.source ?? null;
  }

  /** Replicas start together with the same texts: one follows them, the others wait and find nothing to do. */
  async function follow(orgId: OrgId, work: (tx: Transaction) => Promise<{ changed: number; events: NewEvent[] }>): Promise<number> {
    return db.transaction(async (tx) => {
      await lockCatalogue(tx, orgId);
      const { changed, events } = await work(tx);
      await appendEvents(tx, orgId, clock.now(), events);
      return changed;
    });
  }

  function told(read: Pick<ReadRunbook, 'id' | 'file'>, title: string, by: Actor): NewEvent {
    return { type: 'runbook.provisioned', incident: null, actor: by, data: { runbook: read.id, title, file: read.file } };
  }

  return {
    async provision(orgId, files) {
      const wanted = files.map(readRunbookFile);
      checkTwice(wanted);
      return follow(orgId, async (tx) => {
        const events: NewEvent[] = [];
        for (const read of wanted) {
          await insertRunbook(tx, orgId, read.id, 'file', read.file, headlineOf(read.document), clock.now());
          const stored = await lockRunbook(tx, orgId, read.id);
          if (stored === null) throw new Error(`${read.id} is not there`);
          const same = stored.origin === 'file' && stored.retiredAt === null && stored.file === read.file && (await liveSource(tx, orgId, stored)) === read.source;
          if (same) continue;
          await publish(tx, orgId, read, 'file', PROVISIONING_ACTOR, `from ${read.file ?? 'a file'}`);
          events.push(told(read, read.document.metadata.title, PROVISIONING_ACTOR));
        }
        for (const stored of await selectByOrigin(tx, orgId, 'file')) {
          if (wanted.some(({ id }) => id === stored.id)) continue;
          if (stored.retiredAt === null) await setRetired(tx, orgId, stored.id, clock.now(), clock.now());
          // From now on people may keep it, or take it into use again.
          await leaveFile(tx, orgId, stored.id);
          events.push({ type: 'runbook.retired', incident: null, actor: PROVISIONING_ACTOR, data: { runbook: stored.id, title: stored.title, reason: `its file ${stored.file ?? ''} is gone` } });
        }
        return { changed: events.length, events };
      });
    },

    loadBuiltIn: (orgId, shipped) => follow(orgId, async (tx) => {
      const events: NewEvent[] = [];
      let changed = 0;
      for (const read of shipped) {
        if (await insertRunbook(tx, orgId, read.id, 'built_in', null, headlineOf(read.document), clock.now())) {
          await publish(tx, orgId, read, 'built_in', SYSTEM_ACTOR, 'comes with Muster');
          changed += 1;
          continue;
        }
        const stored = await lockRunbook(tx, orgId, read.id);
        // What was edited, taken out of use or is kept in a file is left alone.
        if (stored?.origin !== 'built_in' || stored.retiredAt !== null || (await liveSource(tx, orgId, stored)) === read.source) continue;
        await publish(tx, orgId, read, 'built_in', SYSTEM_ACTOR, 'a newer text comes with Muster');
        events.push(told(read, read.document.metadata.title, SYSTEM_ACTOR));
        changed += 1;
      }
      return { changed, events };
    }),
  };
}
