/** Drills over HTTP. */
import type { Drill, DrillRun, DrillRunId, OrgId } from '#contract';
import type { Clock } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import { notFoundError } from '../../../platform/errors.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import { requiredVersion, type Handlers } from '../../../platform/http/route.ts';
import { findDrillRun, lastRunsOf, listDrillRunRows, summaryOf } from './drillRunStore.ts';
import type { DrillService } from './drillService.ts';
import { findDrill, listDrillRows, type StoredDrill } from './drillStore.ts';
import type { DrillPorts } from './ports.ts';
import { reportOf, runsOf } from './report.ts';

export type DrillOperation = 'listDrills' | 'createDrill' | 'getDrill' | 'putDrill' | 'deleteDrill' | 'startDrill' | 'listDrillRuns' | 'getDrillRun' | 'stopDrillRun';

export interface DrillRoutesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: Pick<DrillPorts, 'conditionOf'>;
  readonly service: DrillService;
}

/** Makes the handlers. */
export function createDrillHandlers({ db, clock, ports, service }: DrillRoutesDeps): Handlers<DrillOperation> {
  async function show(orgId: OrgId, drills: readonly StoredDrill[]): Promise<Drill[]> {
    const last = await lastRunsOf(db, orgId, drills.map(({ id }) => id));
    return drills.map(({ id, definition, nextAt, version }) => {
      const run = last.get(id);
      return { ...definition, id, nextAt: nextAt?.toISOString() ?? null, lastRun: run === undefined ? null : summaryOf(run), version };
    });
  }

  async function read(orgId: OrgId, id: Drill['id']): Promise<Drill> {
    const stored = await findDrill(db, orgId, id);
    const [drill] = stored === null ? [] : await show(orgId, [stored]);
    if (drill === undefined) throw notFoundError('there is no such drill');
    return drill;
  }

  async function readRun(orgId: OrgId, id: DrillRunId): Promise<DrillRun> {
    const run = await findDrillRun(db, orgId, id);
    if (run === null) throw notFoundError('there is no such performance of a drill');
    return {
      ...summaryOf(run), alertsSent: run.alertsSent, alertsTotal: run.definition.alerts.length, sendError: run.sendError,
      report: run.report === null ? await reportOf(db, orgId, run, ports, clock.nowMs(), false) : { ...run.report, runs: await runsOf(db, orgId, run) },
    };
  }

  return {
    async listDrills({ query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 1);
      const { items, nextCursor } = toPage(await listDrillRows(db, caller.orgId, after?.[0] ?? null, query.limit), query.limit, (row) => [row.definition.name]);
      return { items: await show(caller.orgId, items), nextCursor };
    },
    createDrill: async ({ body }, { caller }) => read(caller.orgId, await service.create(caller.orgId, caller.actor, body)),
    getDrill: ({ params }, { caller }) => read(caller.orgId, params.id),
    async putDrill({ params, body }, context) {
      const { orgId, actor } = context.caller;
      await service.edit(orgId, actor, params.id, requiredVersion(context), body);
      return read(orgId, params.id);
    },
    async deleteDrill({ params }, context) {
      await service.remove(context.caller.orgId, context.caller.actor, params.id, requiredVersion(context));
      return { ok: true };
    },
    startDrill: async ({ params }, { caller }) => readRun(caller.orgId, await service.start(caller.orgId, caller.actor, params.id)),
    async listDrillRuns({ query }, { caller }) {
      const before = decodeCursor(query.cursor, (values) => values.length === 1 && /^\d{1,18}$/.test(values[0] ?? ''));
      const { items, nextCursor } = toPage(await listDrillRunRows(db, caller.orgId, query.drill ?? null, before?.[0] ?? null, query.limit), query.limit, (row) => [row.id]);
      return { items: items.map(summaryOf), nextCursor };
    },
    getDrillRun: ({ params }, { caller }) => readRun(caller.orgId, params.id),
    async stopDrillRun({ params, body }, { caller }) {
      await service.stop(caller.orgId, caller.actor, params.id, body.reason);
      return readRun(caller.orgId, params.id);
    },
  };
}
