/**
 * Keeps the pages of all organisations ready in memory. They are made anew when something was published; while the database is
 * away, the last ones go on being sent. The public ones are also written to a folder, if one is set.
 */
import type { OrgId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import { createWatch, type Watch } from '../../../platform/watch.ts';
import { exportFiles } from './exportFiles.ts';
import { pageModelOf } from './model.ts';
import { listLinkRows, pageMark, readPage, readPageFacts } from './pageStore.ts';
import { makeFiles, type PageFiles } from './snapshot.ts';

export const KEEP_TICK_MS = 2_000;
/** The page says as of when it is; so often it says so anew, and time moves on in it. */
const FRESH_MS = 60_000;
const MOST_LINKS = 1000;

export interface KeptPage {
  readonly visibility: 'off' | 'public' | 'private';
  readonly subscriptions: boolean;
  readonly files: PageFiles;
  /** Hashes of the tokens that open it. */
  readonly links: ReadonlySet<string>;
  readonly madeAtMs: number;
}

export interface PageKeeper extends Watch {
  /** The page as it was made last; undefined before the first time. */
  pageOf(orgId: OrgId): KeptPage | undefined;
  readonly orgs: readonly OrgId[];
  /** Looks whether something is new, and makes the page anew if so. Throws when the database is away. */
  look(orgId: OrgId): Promise<void>;
  /** Makes the page now, without keeping it: as it would be read with these settings. */
  make(orgId: OrgId): Promise<PageFiles>;
}

export interface PageKeeperDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  /** Where the page of an organisation is read, with a slash at its end. */
  urlOf(orgId: OrgId): string;
  /** Null: nothing is written. */
  readonly exportDir: string | null;
}

/** Folder of an organisation's page: that of the first is the root. */
export function folderOf(orgId: OrgId): string {
  return orgId === 1 ? '' : `org-${orgId}`;
}

/** Where the page of an organisation is read. Feeds need an address, also of a page that nobody serves. */
export function addressOf(publicUrl: string | null, orgId: OrgId): string {
  const folder = folderOf(orgId);
  return `${publicUrl ?? 'https://status.invalid'}/${folder === '' ? '' : `${folder}/`}`;
}

/** Makes the keeper; it begins when it is started. */
export function createPageKeeper({ db, clock, logger, orgs, urlOf, exportDir }: PageKeeperDeps): PageKeeper {
  const pages = new Map<OrgId, KeptPage>();
  const marks = new Map<OrgId, string>();

  async function build(orgId: OrgId, before: PageFiles): Promise<Omit<KeptPage, 'links'>> {
    const stored = await readPage(db, orgId);
    const nowMs = clock.nowMs();
    const model = pageModelOf(await readPageFacts(db, orgId, stored, nowMs));
    const { visibility, subscriptions } = stored.settings;
    return { visibility, subscriptions: subscriptions && visibility === 'public', files: makeFiles({ ...stored.settings, subscriptions: subscriptions && visibility === 'public' }, model, urlOf(orgId), before), madeAtMs: nowMs };
  }

  async function look(orgId: OrgId): Promise<void> {
    // Read first: what is published in between is seen the next time.
    const mark = await pageMark(db, orgId);
    const known = pages.get(orgId);
    if (known !== undefined && marks.get(orgId) === mark && clock.nowMs() - known.madeAtMs < FRESH_MS) return;
    const links = new Set((await listLinkRows(db, orgId, null, MOST_LINKS)).map((link) => link.token_hash));
    const page = { ...(await build(orgId, known?.files ?? new Map())), links };
    pages.set(orgId, page);
    marks.set(orgId, mark);
    if (exportDir !== null) {
      await exportFiles(exportDir, folderOf(orgId), page.visibility === 'public' ? page.files : new Map(), known?.visibility === 'public' ? known.files : null)
        .catch((error: unknown) => logger.warn({ err: error, orgId }, 'the status page could not be written to its folder; it is tried again with the next change'));
    }
  }

  return {
    orgs, look,
    pageOf: (orgId) => pages.get(orgId),
    make: async (orgId) => (await build(orgId, new Map())).files,
    ...createWatch({ clock, logger, orgs, everyMs: KEEP_TICK_MS, look, fault: 'the status page could not be made anew; readers get the last one' }),
  };
}
