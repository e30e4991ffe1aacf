/** Decides what comes next for an organisation, and writes it: with changes of the log, or by time alone. */
import type { IncidentNumber } from '#contract';
import { countAlertChanges, readAlertChanges, type AlertChange, type LoggedChange } from '../ingest/index.ts';
import type { Transaction } from '../platform/db/database.ts';
import { numberOf, planBatch, type BatchPlan } from './batch.ts';
import { StaleWindowError } from './incidentSink.ts';
import type { LeaderConnection } from './leadership.ts';
import type { CorrelatorDeps, Led } from './led.ts';
import { writeCursor, writePassed } from './store.ts';
import type { GroupId } from './strategy.ts';
import { noteWhyNot } from './whyNotStore.ts';

/** How often deploys and other changes are asked for, and how far back, as senders may be late. */
const ASK_MS = 5_000;
const ASK_BACK_MS = 10 * 60_000;
/** The strategy is told the time a little late: what is logged this moment comes first. */
const PASS_LATE_MS = 5_000;

export interface Decider<Window> {
  /** Tells the strategy the time, and writes what it decides by that. */
  passTime(conn: LeaderConnection, org: Led<Window>): Promise<void>;
  /** What comes next: handed over if the log has nothing else in between, else read from there. */
  nextChanges(conn: LeaderConnection, org: Led<Window>): Promise<readonly LoggedChange[]>;
  /** Correlates changes: links, incidents and the new position in one transaction. */
  correlateBatch(conn: LeaderConnection, org: Led<Window>, changes: readonly LoggedChange[]): Promise<void>;
}

/** Makes the part of the correlator that decides. A window whose decisions were not written is stale. */
export function createDecider<Window>(deps: CorrelatorDeps<Window>): Decider<Window> {
  const { clock, incidents, noise, options, replicaId } = deps;

  function rememberNumbers(org: Led<Window>, groups: readonly (readonly GroupId[])[], numbers: readonly IncidentNumber[]): void {
    groups.forEach((ids, index) => {
      const number = numbers[index];
      if (number !== undefined) for (const id of ids) org.groups.set(id, number);
    });
  }

  /** Writes what was decided; gives the number of each change's incident. */
  async function writePlan(tx: Transaction, org: Led<Window>, at: Date, plan: BatchPlan): Promise<readonly IncidentNumber[]> {
    const given = plan.changes.length === 0 ? [] : await incidents.apply(tx, org.orgId, at, plan.changes);
    await noteWhyNot(tx, org.orgId, at, plan.held, (group) => org.groups.get(group) ?? numberOf(plan, given, group));
    return given;
  }

  async function askForChanges(org: Led<Window>): Promise<void> {
    if (deps.changesOf === undefined || clock.nowMs() - org.askedMs < ASK_MS) return;
    org.askedMs = clock.nowMs();
    for (const event of await deps.changesOf(org.orgId, new Date(org.askedMs - ASK_BACK_MS))) org.strategy.noteChange(org.window, event);
  }

  async function passTime(conn: LeaderConnection, org: Led<Window>): Promise<void> {
    await askForChanges(org);
    const at = clock.now();
    org.stale = true;
    const passedTo = new Date(at.getTime() - PASS_LATE_MS);
    const plan = planBatch(org.strategy, org.window, org.groups, [], () => null, passedTo);
    const numbers = plan.changes.length + plan.held.length === 0 ? [] : await conn.transaction(async (tx) => {
      if ((await incidents.lockLinks(tx, org.orgId)) !== org.mark) throw new StaleWindowError('people have merged, split or moved alerts');
      await writePassed(tx, org.orgId, passedTo);
      return writePlan(tx, org, at, plan);
    });
    rememberNumbers(org, plan.groups, numbers);
    org.stale = false;
  }

  async function correlateBatch(conn: LeaderConnection, org: Led<Window>, changes: readonly LoggedChange[]): Promise<void> {
    const last = changes.at(-1);
    if (last === undefined) return;
    await askForChanges(org);
    const at = clock.now();
    org.stale = true;
    const { plan, numbers } = await conn.transaction(async (tx) => {
      await writeCursor(tx, org.orgId, last.position, replicaId, at);
      const linked = new Map<AlertChange, IncidentNumber | null>();
      if ((await incidents.lockLinks(tx, org.orgId)) !== org.mark) throw new StaleWindowError('people have merged, split or moved alerts');
      const admitted = await noise.admit(tx, org.noise, changes, org.position);
      const ends = admitted.changes.filter((change) => change.kind === 'resolved' || change.kind === 'superseded');
      if (ends.length > 0) {
        const owners = await incidents.incidentsOf(tx, org.orgId, ends);
        ends.forEach((change, index) => linked.set(change, owners[index] ?? null));
      }
      const made = planBatch(org.strategy, org.window, org.groups, admitted.changes, (change) => linked.get(change) ?? null);
      const given = await writePlan(tx, org, at, made);
      await admitted.finish(tx);
      return { plan: made, numbers: given };
    });
    rememberNumbers(org, plan.groups, numbers);
    org.position = last.position;
    org.stale = false;
    deps.onBatch?.(changes.length, plan.held.length);
  }

  async function nextChanges(conn: LeaderConnection, org: Led<Window>): Promise<readonly LoggedChange[]> {
    const handed = org.handed.after(org.position, options.batchSize);
    const last = handed.at(-1);
    if (last !== undefined && (await countAlertChanges(conn, org.orgId, org.position, last.position)) === handed.length) return handed;
    if (last === undefined && !org.readLog) return [];
    org.readLog = false;
    const read = await readAlertChanges(conn, org.orgId, org.position, options.batchSize);
    if (read.length > 0) org.readLog = true;
    return read;
  }

  return { passTime, nextChanges, correlateBatch };
}
