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
import { orgId as orgIdSchema, type OrgId } from '#contract';
import type { AlertChange } from '../ingest/index.ts';
import type { Timer } from '../platform/clock.ts';
import { createListener } from '../platform/db/listener.ts';
import { createDecider } from './deciding.ts';
import { StaleWindowError } from './incidentSink.ts';
import { openLeaderConnection, type LeaderConnection } from './leadership.ts';
import type { CorrelatorDeps, Led } from './led.ts';
import { sweepHeldBack } from './noiseSweep.ts';
import { rebuild, refreshWindow } from './rebuilding.ts';
import { createRounds } from './rounds.ts';
import { listOrganisations } from './store.ts';
import { createTeller } from './telling.ts';

export interface Correlator {
  /**
   * Connects and takes part in the election. With `timers: false` nothing happens by itself
   * afterwards: a replay calls `drain` and `settle` when the recording's time has come.
   */
  start(options?: { readonly timers?: boolean }): Promise<void>;
  /** There may be something new for this organisation; `logged` are changes of one commit, when they are known. */
  wake(orgId: OrgId, logged?: readonly AlertChange[]): void;
  leads(orgId: OrgId): boolean;
  /** Tries to lead what nobody leads, as it is when this is called. */
  elect(): Promise<void>;
  /** Resolves when everything logged so far for the organisation is correlated by this process, and told. */
  drain(orgId: OrgId): Promise<void>;
  /** Takes up held-back alerts whose time has come, and looks for quiet incidents, now. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 200;
const RECONNECT_MS = 500;
/** Looks for changes although nothing woke it, in case a notification was lost. */
const SAFETY_POLL_MS = 2_000;
/** How often held-back alerts are looked through for those whose time has come. */
const SWEEP_MS = 2_000;
const MAX_FAILURES_IN_A_ROW = 3;
/** Rest after a batch, as a multiple of the time it took: a single alert waits little, a storm is taken in large batches. */
const REST_FACTOR = 1;
const MAX_REST_MS = 10;

/** Makes the correlator; `start` connects it and takes part in the election. */
export function createCorrelator<Window>(deps: CorrelatorDeps<Window>): Correlator {
  const { db, clock, logger, incidents, noise, options } = deps;
  const decider = createDecider(deps);
  const led = new Map<number, Led<Window>>();
  const timers: Timer[] = [];
  let connection: LeaderConnection | null = null;
  /** The connection serves one batch at a time, of whichever organisation. */
  let turn: Promise<unknown> = Promise.resolve();
  const elections = createRounds(electOnce);
  const sweeps = createRounds(sweepOnce);
  const settles = createRounds(settleOnce);
  let withTimers = true;
  let closed = false;
  const { tell, tellLater } = createTeller(deps, {
    connectionOf: (org) => (connection === null || connection.lost || led.get(org.orgId) !== org ? null : connection),
    inTurn,
    isQuiet: () => !withTimers || closed,
    onStale: (org) => run(org.orgId),
  });

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
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
          if (org.stale) await refreshWindow(deps, conn, org);
          const startedMs = clock.nowMs();
          const changes = await decider.nextChanges(conn, org);
          await decider.correlateBatch(conn, org, changes);
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
          if (org.stale) await refreshWindow(deps, conn, org);
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
      const fresh = await inTurn(async () => ((await conn.tryLead(orgId)) ? rebuild(deps, conn, orgId) : null));
      if (fresh === null) continue;
      if (conn.lost) throw new Error('the connection, and the lead with it, was lost while the window was made');
      led.set(orgId, fresh);
      logger.info({ orgId, position: fresh.position }, 'this replica correlates the organisation');
      run(orgId);
    }
  }

  function electSoon(): void {
    elections.next().catch((error: unknown) => logger.warn({ err: error }, 'election failed; trying again'));
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
        if (!org.stale && (await deps.strategyOf(org.orgId)) === org.strategy) await decider.passTime(conn, org);
        else await refreshWindow(deps, conn, org);
      } catch (error) {
        if (conn.lost) return;
        if (error instanceof StaleWindowError) logger.info({ orgId: org.orgId, reason: error.message }, 'correlation window is rebuilt');
        else logger.error({ err: error, orgId: org.orgId }, 'a review of alerts failed; the window is rebuilt');
        await refreshWindow(deps, conn, org);
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
      await elections.next();
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
    elect: () => elections.next(),
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
      await elections.idle();
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
