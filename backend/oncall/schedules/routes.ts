/** API operations of on-call schedules. */
import type { Clock } from '../../platform/clock.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import type { Feeds } from './feed.ts';
import type { ImportService } from './importService.ts';
import type { ScheduleCursor } from './scheduleStore.ts';
import type { ScheduleService } from './scheduleService.ts';
import type { SwapService } from './swapService.ts';

export type ScheduleOperation =
  | 'listSchedules' | 'createSchedule' | 'getSchedule' | 'putSchedule' | 'deleteSchedule' | 'listShifts' | 'previewShifts' | 'listOnCall' | 'listMyShifts' | 'createOverride' | 'deleteOverride'
  | 'listSwaps' | 'requestSwap' | 'acceptSwap' | 'declineSwap' | 'withdrawSwap' | 'getHandOver' | 'writeHandOver' | 'getScheduleFeed' | 'renewScheduleFeed' | 'importCalendar' | 'importOnCall';

export interface ScheduleRoutesDeps {
  readonly clock: Clock;
  readonly schedules: ScheduleService;
  readonly swaps: SwapService;
  readonly imports: ImportService;
  readonly feeds: Feeds;
}

function scheduleCursor(cursor: string | undefined): ScheduleCursor | null {
  const values = decodeCursor(cursor, (parts) => parts.length === 2);
  return values === null ? null : { name: values[0] ?? '', id: values[1] ?? '' };
}

/** Handlers over the use cases. */
export function createScheduleRoutes({ clock, schedules, swaps, imports, feeds }: ScheduleRoutesDeps): Handlers<ScheduleOperation> {
  return {
    async listSchedules({ query }, { caller }) {
      const rows = await schedules.list(caller.orgId, scheduleCursor(query.cursor), query.limit);
      const { items, nextCursor } = toPage(rows, query.limit, ({ sortName, schedule }) => [sortName, schedule.id]);
      return { items: items.map(({ schedule }) => schedule), nextCursor };
    },
    createSchedule: ({ body }, { caller }) => schedules.create(caller, body),
    getSchedule: ({ params }, { caller }) => schedules.get(caller.orgId, params.id),
    async putSchedule({ params, body }, context) {
      return schedules.edit(context.caller, params.id, requiredVersion(context), body);
    },
    async deleteSchedule({ params }, context) {
      await schedules.remove(context.caller, params.id, requiredVersion(context));
      return { ok: true };
    },
    listShifts: ({ params, query }, { caller }) => schedules.shifts(caller.orgId, params.id, query.from, query.to),
    previewShifts: ({ body }, { caller }) => schedules.preview(caller.orgId, body.schedule, body.from, body.to),
    async listOnCall({ query }, { caller }) {
      const atMs = query.at === undefined ? clock.nowMs() : Date.parse(query.at);
      const rows = await schedules.onCall(caller.orgId, scheduleCursor(query.cursor), query.limit, atMs);
      const { items, nextCursor } = toPage(rows, query.limit, ({ sortName, entry }) => [sortName, entry.schedule.id]);
      return { items: items.map(({ entry }) => entry), nextCursor, at: new Date(atMs).toISOString() };
    },
    async listMyShifts({ query }, { caller }) {
      return { shifts: caller.userKey === null ? [] : await schedules.mine(caller.orgId, caller.userKey, query.days) };
    },
    createOverride: ({ params, body }, { caller }) => schedules.override(caller, params.id, body),
    async deleteOverride({ params }, { caller }) {
      await schedules.takeBack(caller, params.id, params.override);
      return { ok: true };
    },
    async listSwaps({ query }, { caller }) {
      const before = decodeCursor(query.cursor, (parts) => parts.length === 1 && /^\d{1,18}$/.test(parts[0] ?? ''));
      if (query.whose === 'mine' && caller.userKey === null) return { items: [], nextCursor: null };
      const rows = await swaps.list(caller.orgId, {
        concerns: query.whose === 'mine' ? caller.userKey : null, openAt: query.state === 'open' ? clock.now() : null, before: before?.[0] ?? null, limit: query.limit,
      });
      const { items, nextCursor } = toPage(rows, query.limit, ({ place }) => [place]);
      return { items: items.map(({ swap }) => swap), nextCursor };
    },
    requestSwap: ({ params, body }, { caller }) => swaps.request(caller, params.id, body),
    acceptSwap: ({ params, body }, { caller, ifMatch }) => swaps.accept(caller, params.id, ifMatch, body.answer),
    declineSwap: ({ params, body }, { caller, ifMatch }) => swaps.decline(caller, params.id, ifMatch, body.answer),
    withdrawSwap: ({ params, body }, { caller, ifMatch }) => swaps.withdraw(caller, params.id, ifMatch, body.answer),
    getHandOver: ({ params }, { caller }) => schedules.handOver(caller, params.id),
    writeHandOver: ({ params, body }, { caller }) => schedules.writeHandOver(caller, params.id, body.text),
    getScheduleFeed: ({ params }, { caller }) => feeds.addresses(caller, params.id),
    renewScheduleFeed: ({ params }, { caller }) => feeds.renew(caller, params.id),
    async importCalendar({ params, body }, context) {
      return imports.calendar(context.caller, params.id, requiredVersion(context), body);
    },
    importOnCall: ({ body }, { caller }) => imports.onCall(caller, body),
  };
}
