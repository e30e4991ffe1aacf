/** Use cases of drills: plan, start, stop. Each change and its event are one transaction. */
import type { Actor, DrillBody, DrillId, DrillRunId, OrgId } from '#contract';
import { appendEvents, type NewEvent } from '../../../eventlog/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Database, Transaction } from '../../../platform/db/database.ts';
import { conflictError, notFoundError, versionMismatchError } from '../../../platform/errors.ts';
import { beginEnding, insertDrillRun, listGoing, lockDrillRun, type StoredDrillRun } from './drillRunStore.ts';
import { deleteDrill, insertDrill, lockDrill, setNext, takeDue, updateDrill } from './drillStore.ts';
import { incidentsOfRun } from './factStore.ts';
import type { DrillPorts } from './ports.ts';
import { reportOf } from './report.ts';
import { nextStart } from './schedule.ts';

/** Drills under way at one time. Each costs the correlator a window of its own. */
export const MAX_GOING = 5;
/** A start that is missed by more than this is left out. */
const LATE_START_MS = 15 * 60_000;

export interface DrillService {
  create(orgId: OrgId, by: Actor, body: DrillBody): Promise<DrillId>;
  edit(orgId: OrgId, by: Actor, id: DrillId, version: number, body: DrillBody): Promise<void>;
  remove(orgId: OrgId, by: Actor, id: DrillId, version: number): Promise<void>;
  start(orgId: OrgId, by: Actor, id: DrillId): Promise<DrillRunId>;
  stop(orgId: OrgId, by: Actor, id: DrillRunId, reason: string): Promise<void>;
  /** Starts what its schedule starts now. Gives how many. */
  startDue(orgId: OrgId): Promise<number>;
}

export interface DrillServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ports: Pick<DrillPorts, 'conditionOf'>;
  /** Called after something begins or ends. */
  readonly onChanged: () => void;
}

const SCHEDULE_ACTOR: Actor = { kind: 'system', key: 'drill-schedule', name: 'Schedule' };

function unknownDrill(): Error {
  return notFoundError('there is no such drill');
}

function taken(name: string): Error {
  return conflictError(`there is a drill “${name}” already: choose another name`);
}

/** Makes it. */
export function createDrillService({ db, clock, ports, onChanged }: DrillServiceDeps): DrillService {
  async function lockSeen(tx: Transaction, orgId: OrgId, id: DrillId, version: number): ReturnType<typeof lockDrill> {
    const drill = await lockDrill(tx, orgId, id);
    if (drill === null) throw unknownDrill();
    if (drill.version !== version) throw versionMismatchError('this was changed in the meantime: read it again and repeat your change', { extra: { currentVersion: drill.version } });
    return drill;
  }

  function whyNot(going: readonly StoredDrillRun[], id: DrillId, name: string): string | null {
    if (going.some((run) => run.drill === id)) return `“${name}” is under way already`;
    return going.length >= MAX_GOING ? `${going.length} drills are under way, and more at one time would tell nothing of any` : null;
  }

  async function begin(tx: Transaction, orgId: OrgId, by: Actor, id: DrillId, body: DrillBody, at: Date): Promise<{ run: DrillRunId; event: NewEvent }> {
    const run = await insertDrillRun(tx, orgId, id, body, at, by);
    return { run, event: { type: 'drill.started', incident: null, actor: by, data: { drill: id, run, name: body.name } } };
  }

  return {
    async create(orgId, by, body) {
      const at = clock.now();
      const nextAt = nextStart(body, at.getTime());
      return db.transaction(async (tx) => {
        const id = await insertDrill(tx, orgId, body, nextAt, at);
        if (id === null) throw taken(body.name);
        await appendEvents(tx, orgId, at, [{ type: 'drill.created', incident: null, actor: by, data: { drill: id, name: body.name } }]);
        return id;
      });
    },

    async edit(orgId, by, id, version, body) {
      const at = clock.now();
      const nextAt = nextStart(body, at.getTime());
      await db.transaction(async (tx) => {
        const before = await lockSeen(tx, orgId, id, version);
        if (!(await updateDrill(tx, orgId, id, body, nextAt, at))) throw taken(body.name);
        await appendEvents(tx, orgId, at, [{ type: 'drill.edited', incident: null, actor: by, data: { drill: id, name: body.name, before: before?.definition, after: body } }]);
      });
    },

    async remove(orgId, by, id, version) {
      await db.transaction(async (tx) => {
        const drill = await lockSeen(tx, orgId, id, version);
        await deleteDrill(tx, orgId, id);
        await appendEvents(tx, orgId, clock.now(), [{ type: 'drill.deleted', incident: null, actor: by, data: { drill: id, name: drill?.definition.name ?? '' } }]);
      });
    },

    async start(orgId, by, id) {
      const at = clock.now();
      const begun = await db.transaction(async (tx) => {
        const drill = await lockDrill(tx, orgId, id);
        if (drill === null) throw unknownDrill();
        const reason = whyNot(await listGoing(tx, orgId), id, drill.definition.name);
        if (reason !== null) throw conflictError(reason);
        const { run, event } = await begin(tx, orgId, by, id, drill.definition, at);
        await appendEvents(tx, orgId, at, [event]);
        return run;
      });
      onChanged();
      return begun;
    },

    async stop(orgId, by, id, reason) {
      const at = clock.now();
      await db.transaction(async (tx) => {
        const run = await lockDrillRun(tx, orgId, id);
        if (run === null) throw notFoundError('there is no such performance of a drill');
        if (run.state !== 'running') throw conflictError(`“${run.name}” is over already`);
        const [first] = await incidentsOfRun(tx, orgId, id);
        await beginEnding(tx, orgId, id, 'stopped', reason, await reportOf(tx, orgId, run, ports, at.getTime(), true), first?.number ?? null);
        await appendEvents(tx, orgId, at, [{ type: 'drill.stopped', incident: null, actor: by, data: { drill: run.drill, run: id, name: run.name, reason } }]);
      });
      onChanged();
    },

    async startDue(orgId) {
      let started = 0;
      for (;;) {
        const at = clock.now();
        const outcome = await db.transaction(async (tx) => {
          const drill = await takeDue(tx, orgId, at);
          if (drill === null) return 'none';
          await setNext(tx, orgId, drill.id, nextStart(drill.definition, at.getTime()));
          const late = drill.nextAt !== null && at.getTime() - drill.nextAt.getTime() > LATE_START_MS;
          if (late || whyNot(await listGoing(tx, orgId), drill.id, drill.definition.name) !== null) return 'left_out';
          const { event } = await begin(tx, orgId, SCHEDULE_ACTOR, drill.id, drill.definition, at);
          await appendEvents(tx, orgId, at, [event]);
          return 'started';
        });
        if (outcome === 'none') return started;
        if (outcome === 'started') started += 1;
      }
    },
  };
}
