/** Use cases of silences: what is set here holds here at once, and is on its way to Grafana. */
import { randomUUID } from 'node:crypto';
import type { Actor, OrgId, Silence, SilenceBody, SilenceSyncStatus } from '#contract';
import { appendEvents, type NewEvent } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { enqueueJob } from '../platform/jobs/worker.ts';
import type { GrafanaApi } from '../sources/index.ts';
import { faultIn } from './ruleset.ts';
import { compileMatchers } from './scope.ts';
import { bumpVersion } from './settingsStore.ts';
import { insertSilence, selectSilence, selectSilences, selectSyncNote, updateSilence, type StoredSilence } from './silenceStore.ts';
import { PUSH_SILENCE_JOB, type SilenceExchange } from './silenceSync.ts';

export interface SilenceService {
  list(orgId: OrgId, query: { readonly state: 'current' | 'expired' | 'all'; readonly cursor?: string | undefined; readonly limit: number }): Promise<{ items: Silence[]; nextCursor: string | null }>;
  create(orgId: OrgId, by: Actor, body: SilenceBody): Promise<Silence>;
  edit(orgId: OrgId, by: Actor, id: string, version: number, body: SilenceBody): Promise<Silence>;
  expire(orgId: OrgId, by: Actor, id: string, version: number | null): Promise<Silence>;
  syncStatus(orgId: OrgId): Promise<SilenceSyncStatus>;
  syncNow(orgId: OrgId): Promise<SilenceSyncStatus>;
}

/** Silences for whoever makes them in a transaction of their own; each gives the events to append last. */
export interface SilenceChanges {
  create(tx: Transaction, orgId: OrgId, by: Actor, body: SilenceBody): Promise<{ readonly id: Silence['id']; readonly events: readonly NewEvent[] }>;
  expire(tx: Transaction, orgId: OrgId, by: Actor, id: string, version: number | null): Promise<readonly NewEvent[]>;
}

export interface SilenceServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly grafana: GrafanaApi;
  readonly sync: Pick<SilenceExchange, 'pull'>;
  readonly onChanged: (orgId: OrgId) => void;
}

/** Use cases over a database. */
export function createSilenceService({ db, clock, grafana, sync, onChanged }: SilenceServiceDeps): SilenceService & { readonly changes: SilenceChanges } {
  function toView(stored: StoredSilence): Silence {
    const nowMs = clock.nowMs();
    return {
      ...stored, matchers: [...stored.matchers], startsAt: stored.startsAt.toISOString(), endsAt: stored.endsAt.toISOString(),
      state: stored.endsAt.getTime() <= nowMs ? 'expired' : stored.startsAt.getTime() > nowMs ? 'pending' : 'active',
    };
  }

  async function one(orgId: OrgId, id: string): Promise<Silence> {
    const stored = await selectSilence(db, orgId, id, false);
    if (stored === null) throw notFoundError(`there is no silence "${id}"`);
    return toView(stored);
  }

  function check(body: SilenceBody): { startsAt: Date; endsAt: Date } {
    const startsAt = body.startsAt === undefined ? clock.now() : new Date(body.startsAt);
    const endsAt = new Date(body.endsAt);
    if (endsAt <= startsAt || endsAt <= clock.now()) throw inputError('the silence would be over already', [{ field: 'body.endsAt', message: 'must be in the future, after the begin' }]);
    const fault = faultIn(() => compileMatchers(body.matchers, 'matchers'));
    if (fault !== null) throw inputError(`${fault.field}: ${fault.message}`, [{ field: `body.${fault.field}`, message: fault.message }]);
    const labels = body.matchers.map((matcher) => matcher.value === '' && matcher.operator === '=');
    // Alertmanager refuses a silence whose every matcher also fits alerts without the label.
    if (labels.every((isEmpty) => isEmpty)) throw inputError('the silence would fit every alert', [{ field: 'body.matchers', message: 'at least one must ask for a value' }]);
    return { startsAt, endsAt };
  }

  /** Asks the job to tell Grafana; a waiting job of the same silence is replaced. */
  async function tellGrafana(tx: Transaction, orgId: OrgId, id: string): Promise<void> {
    await enqueueJob(tx, PUSH_SILENCE_JOB, { orgId, id }, `${PUSH_SILENCE_JOB}:${orgId}:${id}`);
  }

  async function locked(tx: Transaction, orgId: OrgId, id: string, version: number | null): Promise<StoredSilence> {
    const stored = await selectSilence(tx, orgId, id, true);
    if (stored === null) throw notFoundError(`there is no silence "${id}"`);
    if (version !== null && stored.version !== version) {
      throw versionMismatchError('the silence was changed in the meantime, perhaps in Grafana: read it again and repeat your change', { extra: { currentVersion: stored.version } });
    }
    if (stored.endsAt <= clock.now()) throw conflictError('the silence is over: make a new one');
    return stored;
  }

  const changes: SilenceChanges = {
    async create(tx, orgId, by, body) {
      const { startsAt, endsAt } = check(body);
      const isConnected = await grafana.isConnected(orgId);
      const id = randomUUID();
      await insertSilence(tx, orgId, {
        id, grafanaId: null, origin: 'muster', matchers: body.matchers, startsAt, endsAt, comment: body.comment, createdBy: by.name, sync: isConnected ? 'pending' : 'local',
      }, clock.now());
      await bumpVersion(tx, orgId);
      if (isConnected) await tellGrafana(tx, orgId, id);
      onChanged(orgId);
      return { id, events: [{ type: 'silence.created', incident: null, actor: by, data: { silence: id, comment: body.comment, origin: 'muster' } }] };
    },
    async expire(tx, orgId, by, id, version) {
      const isConnected = await grafana.isConnected(orgId);
      const stored = await locked(tx, orgId, id, version);
      const at = clock.now();
      const inGrafana = isConnected && stored.sync !== 'local';
      await updateSilence(tx, orgId, id, { ...stored, endsAt: at, startsAt: stored.startsAt < at ? stored.startsAt : at, sync: inGrafana ? 'pending' : stored.sync }, at);
      await bumpVersion(tx, orgId);
      if (inGrafana) await tellGrafana(tx, orgId, id);
      onChanged(orgId);
      return [{ type: 'silence.expired', incident: null, actor: by, data: { silence: id, origin: 'muster' } }];
    },
  };

  return {
    changes,
    async list(orgId, query) {
      const page = await selectSilences(db, orgId, clock.now(), { state: query.state, cursor: query.cursor, limit: query.limit });
      if (page === null) throw inputError('cursor is not one that a list gave', [{ field: 'query.cursor', message: 'start again without a cursor' }]);
      return { items: page.items.map(toView), nextCursor: page.nextCursor };
    },
    async create(orgId, by, body) {
      const id = await db.transaction(async (tx) => {
        const made = await changes.create(tx, orgId, by, body);
        await appendEvents(tx, orgId, clock.now(), made.events);
        return made.id;
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async edit(orgId, by, id, version, body) {
      const { startsAt, endsAt } = check(body);
      const isConnected = await grafana.isConnected(orgId);
      await db.transaction(async (tx) => {
        const stored = await locked(tx, orgId, id, version);
        const begin = body.startsAt === undefined ? stored.startsAt : startsAt;
        await updateSilence(tx, orgId, id, { matchers: body.matchers, startsAt: begin, endsAt, comment: body.comment, sync: isConnected ? 'pending' : 'local', grafanaId: stored.grafanaId }, clock.now());
        await bumpVersion(tx, orgId);
        if (isConnected) await tellGrafana(tx, orgId, id);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'silence.edited', incident: null, actor: by, data: { silence: id, comment: body.comment, origin: 'muster' } }]);
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async expire(orgId, by, id, version) {
      await db.transaction(async (tx) => {
        await appendEvents(tx, orgId, clock.now(), await changes.expire(tx, orgId, by, id, version));
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async syncStatus(orgId) {
      const [connected, note] = await Promise.all([grafana.isConnected(orgId), selectSyncNote(db, orgId)]);
      return { connected, lastReadAt: note.lastReadAt?.toISOString() ?? null, problem: connected ? note.problem : null };
    },
    async syncNow(orgId) {
      if (!(await grafana.isConnected(orgId))) throw conflictError('Grafana is not connected: an admin sets a service-account token under Settings, Sources');
      await sync.pull(orgId);
      return this.syncStatus(orgId);
    },
  };
}
