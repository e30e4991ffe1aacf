/** Use cases of the settings of correlation: draft, activation, the way back. Each leaves its event. */
import type { Actor, CorrelationSettings, CorrelationState, CorrelationTuning, CorrelationVersion, EventType, OrgId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../../platform/errors.ts';
import { findRuleFaults } from '../rules/index.ts';
import { insertVersion, selectActive, selectDraft, selectVersion, selectVersions, touchDraft, writeDraft, type StoredDraft } from './settingsStore.ts';

export interface SettingsService {
  state(orgId: OrgId): Promise<CorrelationState>;
  putDraft(orgId: OrgId, actor: Actor, version: number, settings: CorrelationSettings): Promise<CorrelationState>;
  discardDraft(orgId: OrgId, actor: Actor, version: number): Promise<CorrelationState>;
  activateDraft(orgId: OrgId, actor: Actor, version: number, note: string): Promise<CorrelationState>;
  revert(orgId: OrgId, actor: Actor, version: number, to: number, note: string): Promise<CorrelationState>;
  versions(orgId: OrgId, before: number | null, limit: number): Promise<CorrelationVersion[]>;
}

/** What differs between two settings, for the audit log. */
export function describeSettingsChange(before: CorrelationSettings, after: CorrelationSettings): Record<string, unknown> {
  const old = new Map(before.rules.map((rule) => [rule.id, JSON.stringify(rule)]));
  const now = new Set(after.rules.map((rule) => rule.id));
  return {
    rulesAdded: after.rules.filter((rule) => !old.has(rule.id)).map((rule) => rule.id),
    rulesChanged: after.rules.filter((rule) => old.has(rule.id) && old.get(rule.id) !== JSON.stringify(rule)).map((rule) => rule.id),
    rulesRemoved: before.rules.filter((rule) => !now.has(rule.id)).map((rule) => rule.id),
    tuningChanged: JSON.stringify(before.tuning) !== JSON.stringify(after.tuning),
    dependenciesAdded: after.topology.added.length, dependenciesRemoved: after.topology.removed.length,
  };
}

export interface SettingsServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** The numbers that hold where settings leave them out. */
  readonly defaults: CorrelationTuning;
}

/** Use cases over a database. */
export function createSettingsService({ db, clock, defaults }: SettingsServiceDeps): SettingsService {
  async function state(orgId: OrgId): Promise<CorrelationState> {
    const [active, { version, draft }] = await Promise.all([selectActive(db, orgId), selectDraft(db, orgId)]);
    return { version, active, defaults, draft };
  }

  /** Locks the draft, checks that it is the one the caller saw, writes, and leaves the event. */
  async function edit(
    orgId: OrgId, actor: Actor, version: number, work: (tx: Transaction, stored: StoredDraft) => Promise<{ type: EventType; data: Record<string, unknown> }>,
  ): Promise<CorrelationState> {
    await db.transaction(async (tx) => {
      const stored = await selectDraft(tx, orgId, true);
      if (stored.version !== version) {
        throw versionMismatchError('the correlation settings were changed in the meantime: read them again and repeat your change', { extra: { currentVersion: stored.version } });
      }
      const { type, data } = await work(tx, stored);
      await appendEvents(tx, orgId, clock.now(), [{ type, incident: null, actor, data }]);
    });
    return state(orgId);
  }

  /** Faults that only show when the settings are used as a whole. */
  function check(settings: CorrelationSettings): void {
    const faults = findRuleFaults(settings.rules);
    if (faults.length > 0) throw inputError(faults.map((fault) => `${fault.field}: ${fault.message}`).join('; '), faults);
  }

  async function putIntoForce(tx: Transaction, orgId: OrgId, actor: Actor, settings: CorrelationSettings, note: string, revertedTo: number | null) {
    const before = await selectActive(tx, orgId);
    const version = await insertVersion(tx, orgId, clock.now(), actor, { settings, note, revertedTo });
    return { type: 'correlation.activated' as const, data: { version, note, revertedTo, ...describeSettingsChange(before.settings, settings) } };
  }

  return {
    state,
    putDraft(orgId, actor, version, settings) {
      check(settings);
      return edit(orgId, actor, version, async (tx) => {
        const active = await selectActive(tx, orgId);
        await writeDraft(tx, orgId, clock.now(), actor, settings);
        return { type: 'correlation.draft_edited', data: describeSettingsChange(active.settings, settings) };
      });
    },
    discardDraft: (orgId, actor, version) => edit(orgId, actor, version, async (tx, { draft }) => {
      if (draft === null) throw conflictError('there is no draft to throw away');
      await writeDraft(tx, orgId, clock.now(), actor, null);
      return { type: 'correlation.draft_discarded', data: {} };
    }),
    activateDraft: (orgId, actor, version, note) => edit(orgId, actor, version, async (tx, { draft }) => {
      if (draft === null) throw conflictError('there is no draft to activate');
      await writeDraft(tx, orgId, clock.now(), actor, null);
      return putIntoForce(tx, orgId, actor, draft.settings, note, null);
    }),
    async revert(orgId, actor, version, to, note) {
      const earlier = await selectVersion(db, orgId, to);
      if (earlier === undefined) throw notFoundError(`there is no version ${to} of the correlation settings`);
      return edit(orgId, actor, version, async (tx) => {
        await touchDraft(tx, orgId);
        return putIntoForce(tx, orgId, actor, earlier.settings, note, to);
      });
    },
    versions: (orgId, before, limit) => selectVersions(db, orgId, before, limit),
  };
}
