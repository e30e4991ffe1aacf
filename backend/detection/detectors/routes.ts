/** Detectors over HTTP. */
import type { Detector, DetectorId, DetectorPreview, DetectorPreviewBody, OrgId } from '#contract';
import type { WatchedCalendar } from '../calendar.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import { decodeCursor, isInstant, toPage } from '../../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../../platform/http/route.ts';
import type { DetectorService } from './detectorService.ts';
import { findDetector, listDetectorRows, type StoredDetector } from './detectorStore.ts';
import { countFindings, listFindingRows } from './findingStore.ts';
import { selectHolidayCalendars } from './holidays/holidayStore.ts';
import type { Holidays } from './holidays/holidays.ts';
import { stateBytesOf } from './seriesStore.ts';
import { toDetector, toFinding, toReport } from './view.ts';

export type DetectorOperation =
  | 'listDetectors' | 'createDetector' | 'getDetector' | 'putDetector' | 'deleteDetector' | 'setDetectorState' | 'previewDetector' | 'getDetectorChart' | 'getDetectorReport' | 'listDetectorFindings' | 'judgeFinding';

export interface DetectorRoutesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly service: DetectorService;
  readonly holidays: Pick<Holidays, 'calendarOf' | 'checked'>;
  readonly preview: (orgId: OrgId, body: DetectorPreviewBody, calendar: WatchedCalendar) => Promise<DetectorPreview>;
}

/** Makes the handlers. */
export function createDetectorHandlers({ db, clock, service, holidays, preview }: DetectorRoutesDeps): Handlers<DetectorOperation> {
  async function show(orgId: OrgId, stored: readonly StoredDetector[]): Promise<Detector[]> {
    const ids = stored.map(({ id }) => id);
    const [counts, bytes] = [await countFindings(db, orgId, ids), await stateBytesOf(db, orgId, ids)];
    const calendars = await selectHolidayCalendars(db, orgId, stored.flatMap(({ definition }) => definition.holidayCalendar ?? []));
    return stored.map((one) => toDetector(one, counts.get(one.id), bytes.get(one.id) ?? 0, calendars.get(one.definition.holidayCalendar ?? ''), clock.nowMs()));
  }

  async function stored(orgId: OrgId, id: DetectorId): Promise<StoredDetector> {
    const found = await findDetector(db, orgId, id);
    if (found === null) throw notFoundError('there is no such detector');
    return found;
  }

  async function read(orgId: OrgId, id: DetectorId): Promise<Detector> {
    const [shown] = await show(orgId, [await stored(orgId, id)]);
    if (shown === undefined) throw notFoundError('there is no such detector');
    return shown;
  }

  return {
    async listDetectors({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 1);
      const { items, nextCursor } = toPage(await listDetectorRows(db, caller.orgId, after?.[0] ?? null, query.limit), query.limit, (row) => [row.definition.name]);
      return { items: await show(caller.orgId, items), nextCursor };
    },
    createDetector: async ({ body }, { caller }) => read(caller.orgId, await service.create(caller.orgId, caller.actor, body)),
    getDetector: ({ params }, { caller }) => read(caller.orgId, params.id),
    async putDetector({ params, body }, context) {
      const { orgId, actor } = context.caller;
      await service.edit(orgId, actor, params.id, requiredVersion(context), body);
      return read(orgId, params.id);
    },
    async deleteDetector({ params }, context) {
      await service.remove(context.caller.orgId, context.caller.actor, params.id, requiredVersion(context));
      return { ok: true };
    },
    async setDetectorState({ params, body }, context) {
      const { orgId, actor } = context.caller;
      await service.setState(orgId, actor, params.id, requiredVersion(context), body.state);
      return read(orgId, params.id);
    },
    previewDetector: async ({ body }, { caller }) => preview(caller.orgId, body, await holidays.checked(caller.orgId, body)),
    async getDetectorChart({ params, query }, { caller }) {
      const { definition } = await stored(caller.orgId, params.id);
      return preview(caller.orgId, { ...definition, days: query.days }, await holidays.calendarOf(caller.orgId, definition));
    },
    async getDetectorReport({ params }, { caller }) {
      const found = await stored(caller.orgId, params.id);
      const since = found.watchedSince ?? found.stateSince;
      return toReport(found, since, (await countFindings(db, caller.orgId, [params.id])).get(params.id), clock.nowMs());
    },
    async listDetectorFindings({ query }, { caller }) {
      const after = decodeCursor(query.cursor, ([startsAt, id, ...others]) => others.length === 0 && isInstant(startsAt) && /^\d{1,18}$/.test(id ?? ''));
      const rows = await listFindingRows(db, caller.orgId, { detector: query.detector ?? null, verdict: query.verdict, after, limit: query.limit });
      const { items, nextCursor } = toPage(rows, query.limit, (row) => [row.startsAt.toISOString(), row.id]);
      return { items: items.map(toFinding), nextCursor };
    },
    judgeFinding: async ({ params, body }, { caller }) => toFinding(await service.judge(caller.orgId, caller.actor, params.id, body.verdict)),
  };
}
