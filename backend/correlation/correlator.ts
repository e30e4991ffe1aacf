/**
 * The correlator: for each organisation it leads, reads the alert log in order in small batches,
 * lets the strategy decide, and writes links, incidents and its new position in one transaction.
 *
 * The window lives in memory. After a take-over, or whenever a batch fails (also because a person
 * has closed an incident in between), it is thrown away and rebuilt from the database; that is the
 * only recovery there is, so that it is used and tested all the time. A new window decides the log of
 * the day again (recall.ts); habits that are older than that are told to it as sums.
 *
 * What this process stored itself is handed over in memory (handOver.ts) and only counted in the
 * log; after a batch it rests in proportion to the batch's cost, so that under load what arrives
 * gathers into fewer, larger batches (docs/decisions/0014).
 */
import { orgId as orgIdSchema, type IncidentNumber, type OrgId } from '#contract';
import type { ChangeEvent } from '../catalog/index.ts';
import { countAlertChanges, oldestChangeAfter, readAlertChanges, readRecentAlertChanges, type AlertChange, type LoggedChange } from '../ingest/index.ts';
import type { NoiseGate, OrgGate } from '../noise/index.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { createListener } from '../platform/db/listener.ts';
import type { Logger } from '../platform/logger.ts';
import { numberOf, planBatch, type BatchPlan } from './batch.ts';
import { createHandOver, type HandOver } from './handOver.ts';
import { StaleWindowError, type IncidentSink } from './incidentSink.ts';
import { sweepHeldBack } from './noiseSweep.ts';
import { openLeaderConnection, type LeaderConnection } from './leadership.ts';
import { recallInSteps } from './recall.ts';
import { createRounds } from './rounds.ts';
import { listOrganisations, readCursor, writeCursor, writePassed } from './store.ts';
import type { GroupId, Strategy } from './strategy.ts';
import { noteWhyNot } from './whyNotStore.ts';

export interface CorrelatorOptions {
  readonly batchSize: number;
  /** How often a replica tries to lead organisations that it does not. */
  readonly electionMs: number;
  /** How often quiet incidents are looked for. */
  readonly settleMs: number;
  /** All alerts over for this long: an incident is quiet. */
  readonly stabilityMs: number;
}

export interface CorrelatorDeps<Window> {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  /** The strategy of an organisation: the same object as long as nothing that it is made of has changed. */
  readonly strategyOf: (orgId: OrgId) => Promise<Strategy<Window>>;
  /** Deploys and other changes since a time, in the order of time; repeats do no harm. */
  readonly changesOf?: (orgId: OrgId, since: Date) => Promise<readonly ChangeEvent[]>;
  readonly incidents: IncidentSink;
  /** Asked about each change before the strategy is. */
  readonly noise: NoiseGate;
  readonly options: CorrelatorOptions;
  /** Told how long a batch took and how many changes it had. */
  readonly onBatch?: (changes: number, held: number) => void;
}

export interface Correlator {
  /**
   * Connects and takes part in the election. With `timers: false` nothing happens by itself
   * afterwards: a replay calls `drain` and `settle` when the recording's time has come.
   */
  start(options?: { readonly timers?: boolean }): Promise<void>;
  /** There may be something new for this organisation; `logged` are changes of one commit, when they are known. */
  wake(orgId: OrgId, logged?: readonly AlertChange[]): void;
  leads(orgId: OrgId): boolean;
  /** Tries to lead what nobody leads, now. */
  elect(): Promise<void>;
  /** Resolves when everything logged so far for the organisation is correlated by this process, and told. */
  drain(orgId: OrgId): Promise<void>;
  /** Takes up held-back alerts whose time has come, and looks for quiet incidents, now. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

interface Led<Window> {
  readonly orgId: OrgId;
  noise: OrgGate;
  strategy: Strategy<Window>;
  window: Window;
  /** When changes were last asked for. */
  askedMs: number;
  groups: Map<GroupId, IncidentNumber>;
  position: string;
  /** Of the links that the window was made from. */
  mark: string;
  /** The window has taken in what was not written, or not yet: nothing goes on with it before it is rebuilt. */
  stale: boolean;
  readonly handed: HandOver;
  /** Something may stand in the log that was not handed over. */
  readLog: boolean;
  running: Promise<void> | null;
  again: boolean;
  /** Ends the rest after a batch; null while none is taken. */
  endRest: (() => void) | null;
  /** Somebody waits for it: no rest. */
  hurry: boolean;
  /** Runs while something waits to be told. */
  telling: Timer | null;
}

/** Most changes of the log that a rebuilt window decides again. */
const REBUILD_LIMIT = 20_000;
const RETRY_MS = 200;
const RECONNECT_MS = 500;
/** Looks for changes although nothing woke it, in case a notification was lost. */
const SAFETY_POLL_MS = 2_000;
/** How often held-back alerts are looked through for those whose time has come. */
const SWEEP_MS = 2_000;
const MAX_FAILURES_IN_A_ROW = 3;
/** Changes handed over in memory at most; above it they are read from the log. */
const HAND_OVER_CAPACITY = 20_000;
/** Rest after a batch, as a multiple of the time it took: a single alert waits little, a storm is taken in large batches. */
const REST_FACTOR = 1;
const MAX_REST_MS = 20;
/**
 * How long after its time what waits is told by itself. In a storm the next batch tells it before that, in its own transaction;
 * on the dot, each of hundreds of incidents would take a transaction of its own.
 */
const TELL_SLACK_MS = 250;
/** How often deploys and other changes are asked for, and how far back, as senders may be late. */
const ASK_MS = 5_000;
const ASK_BACK_MS = 10 * 60_000;
/** The strategy is told the time a little late: what is logged this moment comes first. */
const PASS_LATE_MS = 5_000;

/** Makes the correlator; `start` connects it and takes part in the election. */
export function createCorrelator<Window>(deps: CorrelatorDeps<Window>): Correlator {
  const { db, clock, logger, incidents, noise, options, replicaId } = deps;
  const led = new Map<number, Led<Window>>();
  const timers: Timer[] = [];
  let connection: LeaderConnection | null = null;
  let electing: Promise<void> | null = null;
  /** The connection serves one batch at a time, of whichever organisation. */
  let turn: Promise<unknown> = Promise.resolve();
  const sweeps = createRounds(sweepOnce);
  const settles = createRounds(settleOnce);
  let withTimers = true;
  let closed = false;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function rebuild(conn: LeaderConnection, orgId: OrgId): Promise<Led<Window>> {
    // Read first: whatever people move from here on makes the window stale.
    const mark = await incidents.linkMark(conn, orgId);
    const strategy = await deps.strategyOf(orgId);
    const { position, passedTo } = await readCursor(conn, orgId);
    // What is still to be correlated may be old, after a time without a correlator: its past counts, not today's.
    const oldestPending = await oldestChangeAfter(conn, orgId, position);
    const untilMs = Math.min(clock.nowMs(), oldestPending?.getTime() ?? Infinity);
    const known = await incidents.loadGroups(conn, orgId, new Date(untilMs - strategy.memoryMs));
    await incidents.recallUntold(conn, orgId, clock.now());
    const gate = await noise.open(conn, orgId, position);
    const rememberedSince = new Date(untilMs - strategy.memoryMs - strategy.habitMs);
    const logged = await readRecentAlertChanges(conn, orgId, position, rememberedSince, REBUILD_LIMIT);
    const since = logged.length < REBUILD_LIMIT ? rememberedSince : (logged[0]?.recordedAt ?? rememberedSince);
    const recent = await noise.given(conn, gate, logged);
    const linked = await incidents.incidentsOf(conn, orgId, recent);
    const habits = strategy.habitMs > 0 ? await incidents.habits(conn, orgId, new Date(since.getTime() - strategy.habitMs), since) : [];
    const events = (await deps.changesOf?.(orgId, since)) ?? [];
    const steps = recallInSteps(strategy, {
      since, habits, groups: known, events, changes: recent.map((change, index) => ({ change, incident: linked[index] ?? null })), passedTo,
    });
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) await new Promise((resolve) => setImmediate(resolve));
    const { window, groups, corrected } = step.value;
    logger.debug({ orgId, changes: recent.length, corrected }, 'the window is made anew');
    return {
      orgId, noise: gate, strategy, window, askedMs: clock.nowMs(), groups, position, mark, stale: false, handed: createHandOver(HAND_OVER_CAPACITY), readLog: true,
      running: null, again: false, endRest: null, hurry: false, telling: null,
    };
  }

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

  /** Tells of what joined and ended meanwhile, as far as it is due. */
  async function tell(org: Led<Window>, all: boolean): Promise<void> {
    await inTurn(async () => {
      const conn = connection;
      const dueMs = incidents.untoldDueMs(org.orgId, clock.now());
      if (conn === null || conn.lost || led.get(org.orgId) !== org || org.stale || dueMs === null || (!all && dueMs > clock.nowMs())) return;
      try {
        await conn.transaction((tx) => incidents.tell(tx, org.orgId, clock.now(), all));
      } catch (error) {
        // What was taken in order to be told stands in the rows only, until the window is rebuilt from them.
        org.stale = true;
        if (conn.lost) return;
        logger.error({ err: error, orgId: org.orgId }, 'what joined incidents could not be told; the window is rebuilt and it is tried again');
        run(org.orgId);
      }
    });
  }

  /** Sees to it that what waits is told when its time has come. */
  function tellLater(org: Led<Window>): void {
    const dueMs = incidents.untoldDueMs(org.orgId, clock.now());
    if (!withTimers || closed || org.telling !== null || dueMs === null || led.get(org.orgId) !== org) return;
    org.telling = clock.after(Math.max(0, dueMs - clock.nowMs()) + TELL_SLACK_MS, () => {
      org.telling = null;
      tell(org, false)
        .catch((error: unknown) => logger.error({ err: error, orgId: org.orgId }, 'what is yet to be told could not be told; tried again shortly'))
        .finally(() => tellLater(org));
    });
  }

  async function askForChanges(org: Led<Window>): Promise<void> {
    if (deps.changesOf === undefined || clock.nowMs() - org.askedMs < ASK_MS) return;
    org.askedMs = clock.nowMs();
    for (const event of await deps.changesOf(org.orgId, new Date(org.askedMs - ASK_BACK_MS))) org.strategy.noteChange(org.window, event);
  }

  /** Tells the strategy the time, and writes what it decides by that. */
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

  async function refreshWindow(conn: LeaderConnection, org: Led<Window>): Promise<void> {
    const fresh = await rebuild(conn, org.orgId);
    const { noise: gate, strategy, window, askedMs, groups, position, mark } = fresh;
    Object.assign(org, { noise: gate, strategy, window, askedMs, groups, position, mark, stale: false });
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

  /** What comes next: handed over if the log has nothing else in between, else read from there. */
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

  function rest(org: Led<Window>, ms: number): Promise<void> {
    if (ms <= 0 || org.hurry || closed) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        timer.stop();
        org.endRest = null;
        resolve();
      };
      const timer = clock.after(ms, end);
      org.endRest = end;
    });
  }

  /** Works off what is there; gives false when it must be tried again later. */
  async function workOff(orgId: OrgId): Promise<boolean> {
    let failures = 0;
    for (;;) {
      const conn = connection;
      const org = led.get(orgId);
      if (closed || conn === null || conn.lost || org === undefined) return true;
      try {
        const tookMs = await inTurn(async () => {
          if (org.stale) await refreshWindow(conn, org);
          const startedMs = clock.nowMs();
          const changes = await nextChanges(conn, org);
          await correlateBatch(conn, org, changes);
          return changes.length > 0 ? clock.nowMs() - startedMs : null;
        });
        failures = 0;
        tellLater(org);
        if (tookMs === null) return true;
        await rest(org, Math.min(MAX_REST_MS, tookMs * REST_FACTOR));
      } catch (error) {
        if (conn.lost) return true;
        failures += 1;
        if (error instanceof StaleWindowError) logger.info({ orgId, reason: error.message }, 'correlation window is rebuilt');
        else logger.error({ err: error, orgId, failures }, 'a correlation batch failed; its window is rebuilt and it is tried again');
        await inTurn(async () => {
          if (org.stale) await refreshWindow(conn, org);
        });
        if (failures >= MAX_FAILURES_IN_A_ROW) return false;
      }
    }
  }

  /** There may be something new in the log. */
  function run(orgId: OrgId): void {
    const org = led.get(orgId);
    if (org === undefined) return;
    org.readLog = true;
    work(org);
  }

  function work(org: Led<Window>): void {
    if (closed) return;
    const { orgId } = org;
    if (org.running !== null) {
      org.again = true;
      return;
    }
    org.again = false;
    org.running = workOff(orgId)
      .then((done) => {
        if (!done) clock.after(RETRY_MS, () => run(orgId));
      })
      .catch((error: unknown) => {
        logger.error({ err: error, orgId }, 'the correlator could not rebuild its window; trying again');
        clock.after(RETRY_MS, () => run(orgId));
      })
      .finally(() => {
        org.running = null;
        org.hurry = false;
        if (org.again && led.get(orgId) === org) work(org);
      });
  }

  function loseEverything(): void {
    led.clear();
    connection = null;
    if (!closed) clock.after(RECONNECT_MS, electSoon);
  }

  async function electOnce(): Promise<void> {
    if (closed) return;
    if (connection?.lost === true) connection = null;
    const conn = connection ?? (await openLeaderConnection(db.connectionString, logger, loseEverything));
    // Lost before it was kept, nobody hears of it any more: it must not be kept then.
    if (conn.lost) throw new Error('the connection was lost while it was opened');
    connection = conn;
    for (const id of await listOrganisations(db)) {
      if (led.has(id)) continue;
      const orgId = orgIdSchema.parse(id);
      const fresh = await inTurn(async () => ((await conn.tryLead(orgId)) ? rebuild(conn, orgId) : null));
      if (fresh === null) continue;
      if (conn.lost) throw new Error('the connection, and the lead with it, was lost while the window was made');
      led.set(orgId, fresh);
      logger.info({ orgId, position: fresh.position }, 'this replica correlates the organisation');
      run(orgId);
    }
  }

  function elect(): Promise<void> {
    electing ??= electOnce().finally(() => {
      electing = null;
    });
    return electing;
  }

  function electSoon(): void {
    elect().catch((error: unknown) => logger.warn({ err: error }, 'election failed; trying again'));
  }

  const listener = createListener({
    connectionString: db.connectionString, channels: ['muster_alerts'], applicationName: 'muster-correlator-wake', clock, logger,
    onNotification(payload) {
      const org = led.get(Number(payload));
      if (org !== undefined) run(org.orgId);
    },
    onConnected: runAll,
  });

  function runAll(): void {
    for (const org of led.values()) run(org.orgId);
  }

  /** Takes up held-back alerts that are due, of every organisation led here, and correlates those that come back. */
  async function sweepOnce(): Promise<void> {
    for (const org of [...led.values()]) {
      const conn = connection;
      if (closed || conn === null || conn.lost) return;
      const logged = await inTurn(async () => {
        if (org.stale) return 0;
        try {
          await noise.refresh(conn, org.noise, org.position);
          const { attach, again } = await noise.due(conn, org.noise);
          if (attach.length + again.length === 0) return 0;
          return await conn.transaction((tx) => sweepHeldBack(tx, org.noise, noise, incidents, clock.now()));
        } catch (error) {
          // Gate and news have taken in what was not written.
          org.stale = true;
          if (!conn.lost) run(org.orgId);
          throw error;
        }
      });
      tellLater(org);
      if (logged > 0) run(org.orgId);
    }
  }

  /** Reviews of alerts whose time has come, and a new window when the catalogue has changed. */
  async function passOnce(org: Led<Window>): Promise<void> {
    await inTurn(async () => {
      const conn = connection;
      if (closed || conn === null || conn.lost || led.get(org.orgId) !== org) return;
      try {
        if (!org.stale && (await deps.strategyOf(org.orgId)) === org.strategy) await passTime(conn, org);
        else await refreshWindow(conn, org);
      } catch (error) {
        if (conn.lost) return;
        if (error instanceof StaleWindowError) logger.info({ orgId: org.orgId, reason: error.message }, 'correlation window is rebuilt');
        else logger.error({ err: error, orgId: org.orgId }, 'a review of alerts failed; the window is rebuilt');
        await refreshWindow(conn, org);
      }
    });
  }

  async function settleOnce(): Promise<void> {
    await sweeps.next();
    for (const org of [...led.values()]) {
      await passOnce(org);
      await tell(org, false);
      tellLater(org);
    }
    for (const org of [...led.values()]) {
      const at = clock.now();
      await incidents.settle(org.orgId, new Date(at.getTime() - options.stabilityMs), at);
    }
  }

  return {
    async start({ timers: wanted = true } = {}) {
      withTimers = wanted;
      await listener.start();
      await elect();
      if (!withTimers) return;
      timers.push(
        clock.every(options.electionMs, electSoon),
        clock.every(SAFETY_POLL_MS, runAll),
        clock.every(SWEEP_MS, () => {
          sweeps.next().catch((error: unknown) => logger.error({ err: error }, 'alerts that are held back could not be looked through; tried again shortly'));
        }),
        clock.every(options.settleMs, () => {
          settles.next().catch((error: unknown) => logger.error({ err: error }, 'quiet incidents could not be settled'));
        }),
      );
    },
    wake(orgId, logged) {
      const org = led.get(orgId);
      if (org === undefined) return;
      if (logged === undefined || !org.handed.add(logged)) run(orgId);
      else work(org);
    },
    leads: (orgId) => led.has(orgId),
    elect,
    async drain(orgId) {
      run(orgId);
      for (let org = led.get(orgId); org !== undefined && org.running !== null; org = led.get(orgId)) {
        org.hurry = true;
        org.endRest?.();
        await org.running;
      }
      const org = led.get(orgId);
      if (org !== undefined) await tell(org, true);
    },
    settle: () => settles.next(),
    async close() {
      closed = true;
      for (const timer of timers) timer.stop();
      for (const org of led.values()) org.endRest?.();
      await Promise.allSettled([settles.idle(), sweeps.idle(), ...[...led.values()].map((org) => org.running)]);
      await electing?.catch(() => undefined);
      for (const org of led.values()) {
        org.telling?.stop();
        // Not told now, the next leader tells it.
        await tell(org, true).catch((error: unknown) => logger.warn({ err: error, orgId: org.orgId }, 'what joined incidents could not be told before the end'));
      }
      await listener.close();
      await connection?.close();
      led.clear();
    },
  };
}
