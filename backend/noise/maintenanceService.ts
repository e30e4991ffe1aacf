/** Use cases of maintenance windows: plan, change, end, also with the change that they belong to. */
import { randomUUID } from 'node:crypto';
import type { Actor, MaintenanceBody, MaintenanceSchedule, MaintenanceWindow, OrgId, ResponseOf } from '#contract';
import { appendEvents } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { conflictError, inputError, notFoundError, versionMismatchError } from '../platform/errors.ts';
import { endWindows, insertWindow, lockWindowsOfChange, selectWindow, selectWindows, updateWindow, type StoredWindow } from './maintenanceStore.ts';
import { faultIn } from './ruleset.ts';
import { clockShift, compileSchedule, type Interval } from './schedule.ts';
import { compileScope, isEmptyScope } from './scope.ts';
import { bumpVersion } from './settingsStore.ts';

export interface MaintenanceService {
  list(orgId: OrgId): Promise<MaintenanceWindow[]>;
  create(orgId: OrgId, by: Actor, body: MaintenanceBody): Promise<MaintenanceWindow>;
  edit(orgId: OrgId, by: Actor, id: string, version: number, body: MaintenanceBody): Promise<MaintenanceWindow>;
  end(orgId: OrgId, by: Actor, id: string, version: number | null): Promise<MaintenanceWindow>;
  /** Ends all windows of a change that is closed. Gives how many; none is no error, a change need not have one. */
  closeChange(orgId: OrgId, by: Actor, change: string): Promise<number>;
  preview(schedule: MaintenanceSchedule): ResponseOf<'previewMaintenance'>;
}

export interface MaintenanceServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly onChanged: (orgId: OrgId) => void;
}

const PREVIEWED = 10;
const PHASES = ['active', 'upcoming', 'past'] as const;

function toOccurrence(interval: Interval): { startsAt: string; endsAt: string } {
  return { startsAt: new Date(interval.startMs).toISOString(), endsAt: new Date(interval.endMs).toISOString() };
}

/** The window as it stands at an instant. */
export function toWindowView(stored: StoredWindow, nowMs: number): MaintenanceWindow {
  const schedule = compileSchedule(stored.body.schedule);
  const view = { ...stored.body, id: stored.id, endedAt: stored.endedAt?.toISOString() ?? null, endedBy: stored.endedBy, endReason: stored.endReason, heldBack: stored.heldBack, createdBy: stored.createdBy, version: stored.version };
  if (stored.endedAt !== null) {
    const last = schedule.at(stored.endedAt.getTime()) ?? schedule.before(stored.endedAt.getTime());
    return { ...view, phase: 'past', occurrence: last === null ? null : { ...toOccurrence(last), endsAt: new Date(Math.min(last.endMs, stored.endedAt.getTime())).toISOString() } };
  }
  const now = schedule.at(nowMs);
  if (now !== null) return { ...view, phase: 'active', occurrence: toOccurrence(now) };
  const [next] = schedule.from(nowMs, 1);
  if (next !== undefined) return { ...view, phase: 'upcoming', occurrence: toOccurrence(next) };
  const last = schedule.before(nowMs);
  return { ...view, phase: 'past', occurrence: last === null ? null : toOccurrence(last) };
}

/** Active ones first, then those to come in their order, then past ones, the latest first. */
export function sortWindows(windows: readonly MaintenanceWindow[]): MaintenanceWindow[] {
  return [...windows].sort((a, b) => {
    const phase = PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase);
    if (phase !== 0) return phase;
    const order = (a.occurrence?.startsAt ?? '').localeCompare(b.occurrence?.startsAt ?? '');
    return (a.phase === 'past' ? -order : order) || a.id.localeCompare(b.id);
  });
}

/** Refuses a window that cannot be used or would hide everything, naming the field. */
export function checkWindow(body: MaintenanceBody): void {
  if (isEmptyScope(body.scope)) {
    throw inputError('a window without a scope would hide every alert', [{ field: 'body.scope', message: 'name a service, an environment, a label or a condition' }]);
  }
  const fault = faultIn(() => {
    compileScope(body.scope, 'scope');
    compileSchedule(body.schedule);
  });
  if (fault !== null) throw inputError(`${fault.field}: ${fault.message}`, [{ field: `body.${fault.field}`, message: fault.message }]);
}

/** Use cases over a database. */
export function createMaintenanceService({ db, clock, onChanged }: MaintenanceServiceDeps): MaintenanceService {
  async function one(orgId: OrgId, id: string): Promise<MaintenanceWindow> {
    const stored = await selectWindow(db, orgId, id, false);
    if (stored === null) throw notFoundError(`there is no maintenance window "${id}"`);
    return toWindowView(stored, clock.nowMs());
  }

  function checkVersion(stored: StoredWindow, version: number | null): void {
    if (version === null || stored.version === version) return;
    throw versionMismatchError('the window was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: stored.version } });
  }

  return {
    async list(orgId) {
      const nowMs = clock.nowMs();
      return sortWindows((await selectWindows(db, orgId)).map((stored) => toWindowView(stored, nowMs)));
    },
    async create(orgId, by, body) {
      checkWindow(body);
      const nowMs = clock.nowMs();
      if (compileSchedule(body.schedule).from(nowMs, 1).length === 0) {
        throw inputError('the window is over already', [{ field: body.schedule.kind === 'once' ? 'body.schedule.endsAt' : 'body.schedule.rule', message: 'must reach into the future' }]);
      }
      const id = randomUUID();
      await db.transaction(async (tx) => {
        await insertWindow(tx, orgId, id, body, by, clock.now(), null);
        await bumpVersion(tx, orgId);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'maintenance.created', incident: null, actor: by, data: { window: id, name: body.name, change: body.change } }]);
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async edit(orgId, by, id, version, body) {
      checkWindow(body);
      await db.transaction(async (tx) => {
        const stored = await selectWindow(tx, orgId, id, true);
        if (stored === null) throw notFoundError(`there is no maintenance window "${id}"`);
        checkVersion(stored, version);
        if (stored.endedAt !== null) throw conflictError('the window has been ended: plan a new one');
        await updateWindow(tx, orgId, id, body, clock.now());
        await bumpVersion(tx, orgId);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'maintenance.edited', incident: null, actor: by, data: { window: id, name: body.name, from: stored.body, to: body } }]);
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async end(orgId, by, id, version) {
      await db.transaction(async (tx) => {
        const stored = await selectWindow(tx, orgId, id, true);
        if (stored === null) throw notFoundError(`there is no maintenance window "${id}"`);
        checkVersion(stored, version);
        if (stored.endedAt !== null) throw conflictError('the window has been ended already');
        await endWindows(tx, orgId, [id], clock.now(), by, null);
        await bumpVersion(tx, orgId);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'maintenance.ended', incident: null, actor: by, data: { window: id, name: stored.body.name, change: null, reason: null } }]);
      });
      onChanged(orgId);
      return one(orgId, id);
    },
    async closeChange(orgId, by, change) {
      const ended = await db.transaction(async (tx) => {
        const windows = await lockWindowsOfChange(tx, orgId, change);
        if (windows.length === 0) return 0;
        const reason = `${change} is closed`;
        await endWindows(tx, orgId, windows.map(({ id }) => id), clock.now(), by, reason);
        await bumpVersion(tx, orgId);
        await appendEvents(tx, orgId, clock.now(), windows.map(({ id, name }) => ({ type: 'maintenance.ended', incident: null, actor: by, data: { window: id, name, change, reason } })));
        return windows.length;
      });
      if (ended > 0) onChanged(orgId);
      return ended;
    },
    preview(schedule) {
      const fault = faultIn(() => compileSchedule(schedule));
      if (fault !== null) throw inputError(`${fault.field}: ${fault.message}`, [{ field: `body.${fault.field}`, message: fault.message }]);
      return {
        occurrences: compileSchedule(schedule).from(clock.nowMs(), PREVIEWED).map((interval) => ({
          ...toOccurrence(interval), minutes: Math.round((interval.endMs - interval.startMs) / 60_000), shifted: clockShift(schedule, interval),
        })),
      };
    },
  };
}
