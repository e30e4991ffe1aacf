/** Use cases of the status page: what it shows, links to a private one, planned maintenance. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import {
  putStatusPageBody, type Actor, type PageMaintenanceBody, type OrgId, type PageMaintenance, type StatusPage, type StatusPageBody, type StatusPageLink,
} from '#contract';
import { appendEvents } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Queryable } from '../../../platform/db/database.ts';
import { AppError, conflictError, inputError, notFoundError, versionMismatchError } from '../../../platform/errors.ts';
import { decodeCursor, isInstant, toPage } from '../../../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../../../platform/http/route.ts';
import { readProvisioningFile, type ProvisioningFile } from '../../../platform/provisioning/provisioningFile.ts';
import type { CommsPorts } from '../ports.ts';
import { folderOf, type PageKeeper } from './keeper.ts';
import { hashOfToken } from './pageServer.ts';
import { deleteLink, insertLink, listLinkRows, readPage, replacePage, type StoredPage } from './pageStore.ts';
import { inOneDocument } from './snapshot.ts';
import { deleteWork, insertWork, listWorkRows, lockWork, updateWork, type WorkRow } from './workStore.ts';

export type PageOperation =
  | 'getStatusPage' | 'putStatusPage' | 'previewStatusPage' | 'listStatusPageLinks' | 'createStatusPageLink' | 'revokeStatusPageLink' | 'listStatusMaintenance' | 'createStatusMaintenance'
  | 'editStatusMaintenance' | 'deleteStatusMaintenance';

export interface PageService {
  readonly handlers: Handlers<PageOperation>;
  /** Applies `status-page.yaml`, or notes that there is none. Gives whether it changed something. */
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean>;
}

export interface PageServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: Pick<CommsPorts, 'snapshotOf'>;
  readonly keeper: Pick<PageKeeper, 'make'>;
  /** Where the installation serves status pages, without a slash at the end; null: it does not. */
  readonly publicUrl: string | null;
}

const PROVISIONING_ACTOR: Actor = { kind: 'system', key: 'provisioning', name: 'Provisioning' };
const MAX_ATTEMPTS = 3;
const TOKEN_BYTES = 24;
const HINT_CHARACTERS = 4;
const idSchema = z.string().regex(/^[1-9]\d{0,17}$/);
const settingsFile = z.strictObject({ apiVersion: z.literal(1), ...putStatusPageBody.partial().shape });

function toLink(row: Awaited<ReturnType<typeof listLinkRows>>[number]): StatusPageLink {
  return { id: row.id, name: row.name, hint: row.token_hint, createdAt: row.created_at.toISOString(), createdBy: row.created_by };
}

/** Makes the service. */
export function createPageService({ db, clock, ports, keeper, publicUrl }: PageServiceDeps): PageService {
  function show(orgId: OrgId, { settings, provisioned, version }: StoredPage): StatusPage {
    const folder = folderOf(orgId);
    return { ...settings, provisioned, version, url: publicUrl === null ? null : `${publicUrl}/${folder === '' ? '' : `${folder}/`}` };
  }

  function toMaintenance(row: WorkRow): PageMaintenance {
    const now = clock.now();
    return {
      id: row.id, title: row.title, text: row.body, components: row.components, startsAt: row.starts_at.toISOString(), endsAt: row.ends_at.toISOString(), version: row.version,
      state: now < row.starts_at ? 'planned' : now < row.ends_at ? 'running' : 'over',
    };
  }

  async function checkNames(orgId: OrgId, names: readonly string[], fieldOf: (place: number) => string): Promise<void> {
    const { businessServices } = await ports.snapshotOf(orgId);
    const faults = names.flatMap((name, place) => [
      ...(businessServices.has(name) ? [] : [{ field: fieldOf(place), message: `there is no business service “${name}”` }]), ...(names.indexOf(name) < place ? [{ field: fieldOf(place), message: 'is there twice' }] : []),
    ]);
    if (faults.length > 0) throw inputError(faults.map(({ message }) => message).join('; '), faults);
  }

  async function replace(orgId: OrgId, by: Actor, version: number | null, provisioned: boolean, wanted: (before: StatusPageBody) => StatusPageBody): Promise<boolean> {
    const at = clock.now();
    return db.transaction(async (tx) => {
      const before = await readPage(tx, orgId);
      if (version !== null && version !== before.version) throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: before.version } });
      if (version !== null && before.provisioned) throw conflictError('this is provisioned: change it in status-page.yaml and restart Muster', { extra: { provisioned: true } });
      const after = putStatusPageBody.parse(wanted(before.settings));
      if (after.subscriptions && after.mailChannel === null) throw inputError('mails need a channel to go over', [{ field: 'body.mailChannel', message: 'is needed for subscriptions' }]);
      if (JSON.stringify(before.settings) === JSON.stringify(after) && before.provisioned === provisioned) return false;
      if (!(await replacePage(tx, orgId, before.version, after, provisioned, at))) throw versionMismatchError('this was changed at this moment: read it again and repeat your change');
      await appendEvents(tx, orgId, at, [{ type: 'status_page.edited', incident: null, actor: by, data: { before: before.settings, after, visibility: after.visibility, provisioned } }]);
      return true;
    });
  }

  async function changeWork(orgId: OrgId, by: Actor, what: 'announced' | 'changed' | 'taken off', work: (tx: Parameters<typeof lockWork>[0]) => Promise<WorkRow>): Promise<WorkRow> {
    return db.transaction(async (tx) => {
      const row = await work(tx);
      await appendEvents(tx, orgId, clock.now(), [{
        type: 'status_page.maintenance_changed', incident: null, actor: by, data: { id: row.id, title: row.title, what, startsAt: row.starts_at.toISOString(), endsAt: row.ends_at.toISOString() },
      }]);
      return row;
    });
  }

  async function held(tx: Parameters<typeof lockWork>[0], orgId: OrgId, id: string): Promise<WorkRow> {
    const row = await lockWork(tx, orgId, id);
    if (row === undefined) throw notFoundError('there is no such maintenance');
    return row;
  }

  async function read(q: Queryable, orgId: OrgId): Promise<StatusPage> {
    return show(orgId, await readPage(q, orgId));
  }

  const checkWork = ({ components }: PageMaintenanceBody, orgId: OrgId): Promise<void> => checkNames(orgId, components, (place) => `body.components[${place}]`);

  return {
    handlers: {
      getStatusPage: (_request, { caller }) => read(db, caller.orgId),
      async putStatusPage({ body }, context) {
        const { orgId, actor } = context.caller;
        await checkNames(orgId, body.components.map(({ name }) => name), (place) => `body.components[${place}].name`);
        await replace(orgId, actor, requiredVersion(context), false, () => body);
        return read(db, orgId);
      },
      async previewStatusPage(_request, { caller }) {
        return { html: inOneDocument(await keeper.make(caller.orgId)), generatedAt: clock.now().toISOString() };
      },
      async listStatusPageLinks({ query }, { caller }) {
        const after = decodeCursor(query.cursor, (values) => values.length === 1 && idSchema.safeParse(values[0]).success);
        const { items, nextCursor } = toPage(await listLinkRows(db, caller.orgId, after?.[0] ?? null, query.limit), query.limit, (row) => [row.id]);
        return { items: items.map(toLink), nextCursor };
      },
      async createStatusPageLink({ body }, { caller }) {
        const { orgId, actor } = caller;
        const token = randomBytes(TOKEN_BYTES).toString('base64url');
        const at = clock.now();
        const row = await db.transaction(async (tx) => {
          const made = await insertLink(tx, orgId, { name: body.name, hash: hashOfToken(token), hint: token.slice(-HINT_CHARACTERS), at, by: actor.name });
          await appendEvents(tx, orgId, at, [{ type: 'status_page.link_changed', incident: null, actor, data: { name: body.name, hint: made.token_hint, what: 'made' } }]);
          return made;
        });
        const folder = folderOf(orgId);
        const path = `/${folder === '' ? '' : `${folder}/`}t/${token}/`;
        return { link: toLink(row), path, url: publicUrl === null ? null : `${publicUrl}${path}` };
      },
      async revokeStatusPageLink({ params }, { caller }) {
        await db.transaction(async (tx) => {
          const name = await deleteLink(tx, caller.orgId, params.id);
          if (name === null) throw notFoundError('there is no such link');
          await appendEvents(tx, caller.orgId, clock.now(), [{ type: 'status_page.link_changed', incident: null, actor: caller.actor, data: { name, what: 'revoked' } }]);
        });
        return { ok: true };
      },
      async listStatusMaintenance({ query }, { caller }) {
        const after = decodeCursor(query.cursor, ([at, id]) => isInstant(at) && idSchema.safeParse(id).success);
        const rows = await listWorkRows(db, caller.orgId, after === null ? null : { startsAt: after[0] ?? '', id: after[1] ?? '' }, query.limit);
        const { items, nextCursor } = toPage(rows, query.limit, (row) => [row.starts_at.toISOString(), row.id]);
        return { items: items.map(toMaintenance), nextCursor };
      },
      async createStatusMaintenance({ body }, { caller }) {
        await checkWork(body, caller.orgId);
        return toMaintenance(await changeWork(caller.orgId, caller.actor, 'announced', (tx) => insertWork(tx, caller.orgId, body)));
      },
      async editStatusMaintenance({ params, body }, context) {
        const { orgId, actor } = context.caller;
        return toMaintenance(await changeWork(orgId, actor, 'changed', async (tx) => {
          const row = await held(tx, orgId, params.id);
          if (row.version !== requiredVersion(context)) throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: row.version } });
          await checkWork(body, orgId);
          return updateWork(tx, orgId, params.id, body);
        }));
      },
      async deleteStatusMaintenance({ params }, { caller }) {
        await changeWork(caller.orgId, caller.actor, 'taken off', async (tx) => {
          const row = await held(tx, caller.orgId, params.id);
          await deleteWork(tx, caller.orgId, params.id);
          return row;
        });
        return { ok: true };
      },
    },
    async provision(orgId, file) {
      const read = file === null ? null : readProvisioningFile(file, settingsFile);
      const said = read === null || Object.keys(read.value).length === 1 ? null : read.value;
      if (said === null && !(await readPage(db, orgId)).provisioned) return false;
      const { businessServices } = await ports.snapshotOf(orgId);
      said?.components?.forEach(({ name }, place) => {
        if (read !== null && !businessServices.has(name)) throw read.faultAt(['components', place, 'name'], `there is no business service "${name}" in services.yaml or on the page Services`);
      });
      const { apiVersion: _version, ...document } = said ?? { apiVersion: 1 };
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await replace(orgId, PROVISIONING_ACTOR, null, said !== null, (before) => putStatusPageBody.parse({ ...before, ...document }));
        } catch (error) {
          // Another replica starts at the same moment and applies the same file.
          if (!(error instanceof AppError) || error.code !== 'version_mismatch' || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    },
  };
}
