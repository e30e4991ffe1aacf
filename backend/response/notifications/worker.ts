/**
 * The part of a replica that sends: takes due deliveries of each channel, the most urgent first, within what the
 * provider allows, and writes what became of them. Many replicas work side by side.
 */
import type { OrgId } from '#contract';
import { appendEvents } from '../../eventlog/index.ts';
import type { Timer } from '../../platform/clock.ts';
import { createListener, type Listener } from '../../platform/db/listener.ts';
import { claimChannel, type Work } from './claim.ts';
import { giveBackDelivery, keepThread, lockHeld, readDueChannels } from './deliveryStore.ts';
import { NOTIFY_CHANNEL } from './messageStore.ts';
import { sendLimitMs, type Happening } from './nextHop.ts';
import { settle } from './settle.ts';
import { sweep } from './sweep.ts';
import { callbackUrlOf, callKind } from './transmit.ts';
import type { WorkerDeps } from './workerDeps.ts';
import type { SendOutcome } from './channels/channel.ts';

export interface NotificationWorker {
  start(): Promise<void>;
  /** Looks for what is due now; resolves when what was found is under way, or somebody else here is taking it. */
  look(): Promise<void>;
  /** Looks for what fell silent or came to its time. */
  sweep(): Promise<void>;
  /** Calls of providers begun so far, those that have not ended, and whether messages are being taken. For tests, which own the time. */
  progress(): { readonly begun: number; readonly calling: number; readonly isTaking: boolean };
  /** Waits for what is under way, and takes no more. */
  close(): Promise<void>;
}

const POLL_MS = 500;
const SWEEP_MS = 1_000;
/** Of one channel at a time, at one replica. Critical pages have places of their own, so that nothing stands before them. */
const BULK_AT_ONCE = 16;
const CRITICAL_AT_ONCE = 64;
const CHANNELS_AT_ONCE = 3;
const SETTLED_AT_ONCE = 200;

interface Done {
  readonly work: Work;
  readonly outcome: SendOutcome;
  readonly written: () => void;
}

function happeningOf(outcome: SendOutcome, receipts: boolean): Happening {
  return outcome.kind === 'accepted' ? { kind: 'accepted', receipts } : outcome;
}

/** Makes a worker. */
export function createNotificationWorker(deps: WorkerDeps): NotificationWorker {
  const { db, clock, logger, owner } = deps;
  const underWay = new Map<string, { bulk: number; critical: number }>();
  const pumping = new Set<string>();
  const again = new Set<string>();
  const running = new Set<Promise<void>>();
  const waiting = new Set<() => void>();
  let begun = 0;
  let calling = 0;
  const timers = new Map<string, { readonly timer: Timer; readonly atMs: number }>();
  const ticking: Timer[] = [];
  let done: Done[] = [];
  let writing: Promise<void> | null = null;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let sweeping: Promise<void> | null = null;
  let listener: Listener | null = null;
  let closed = false;

  function countsOf(key: string): { bulk: number; critical: number } {
    const known = underWay.get(key) ?? { bulk: 0, critical: 0 };
    underWay.set(key, known);
    return known;
  }

  /** Looks at a channel again then; the earliest such moment counts. */
  function later(key: string, ms: number, run: () => void): void {
    const atMs = clock.nowMs() + ms;
    const known = timers.get(key);
    if (known !== undefined && known.atMs <= atMs) return;
    known?.timer.stop();
    timers.set(key, {
      atMs,
      timer: clock.after(ms, () => {
        timers.delete(key);
        if (!closed) run();
      }),
    });
  }

  async function writeBatch(batch: readonly Done[]): Promise<void> {
    const byOrg = Map.groupBy(batch, ({ work }) => work.orgId);
    for (const [orgId, items] of byOrg) {
      await db.transaction(async (tx) => {
        const held = new Map((await lockHeld(tx, orgId, items.map(({ work }) => work.row.id), owner)).map((row) => [row.id, row]));
        const occurrences = items.flatMap(({ work, outcome }) => {
          const row = held.get(work.row.id);
          // Another replica has it by now: this one was too slow.
          if (row === undefined || row.tries !== work.row.tries) return [];
          const providerId = outcome.kind === 'accepted' || outcome.kind === 'delivered' ? outcome.providerId : null;
          return [{ row, happening: happeningOf(outcome, work.receipts), providerId, members: work.members }];
        });
        const events = await settle(tx, deps, orgId, occurrences);
        for (const { work, outcome } of items) {
          if ((outcome.kind === 'accepted' || outcome.kind === 'delivered') && outcome.threadRef !== null && work.notice.thread !== null && work.row.channel !== null) {
            await keepThread(tx, orgId, work.row.channel, work.address ?? '', work.notice.thread, outcome.threadRef, clock.now());
          }
        }
        await appendEvents(tx, orgId, clock.now(), events);
      });
    }
  }

  async function writeAll(): Promise<void> {
    while (done.length > 0) {
      const batch = done.slice(0, SETTLED_AT_ONCE);
      done = done.slice(SETTLED_AT_ONCE);
      try {
        await writeBatch(batch);
      } catch (error) {
        // Their leases end, and they are sent again under the same keys.
        logger.warn({ err: error, deliveries: batch.length }, 'what became of messages could not be written; they are tried again');
      }
      for (const { written } of batch) written();
      // Some go on over other channels now.
      void look();
    }
  }

  function write(work: Work, outcome: SendOutcome): Promise<void> {
    return new Promise<void>((resolve) => {
      done.push({ work, outcome, written: resolve });
      writing ??= writeAll().finally(() => {
        writing = null;
      });
    });
  }

  /** False: this replica stops before the provider lets the message begin; it is given back. */
  async function placeComes(work: Work): Promise<boolean> {
    const waitMs = work.atMs - clock.nowMs();
    if (waitMs <= 0) return true;
    const came = await new Promise<boolean>((resolve) => {
      const end = (isPlace: boolean): void => {
        timer.stop();
        waiting.delete(giveBack);
        resolve(isPlace);
      };
      const giveBack = (): void => end(false);
      const timer = clock.after(waitMs, () => end(true));
      waiting.add(giveBack);
    });
    if (!came) await giveBackDelivery(db, work.orgId, work.row.id, owner, clock.now());
    return came;
  }

  async function send(work: Work): Promise<void> {
    if (!(await placeComes(work))) return;
    begun += 1;
    calling += 1;
    const outcome = await callKind(deps, work.orgId, work.channel, work.notice, {
      address: work.address, threadRef: work.threadRef, limitMs: sendLimitMs(work.notice.urgency), callbackUrl: callbackUrlOf(deps.publicUrl, work.orgId, work.row),
    });
    await write(work, outcome).finally(() => {
      calling -= 1;
    });
  }

  function begin(key: string, work: Work): void {
    const counts = countsOf(key);
    const lane = work.row.priority === 0 ? 'critical' : 'bulk';
    counts[lane] += 1;
    const sending: Promise<void> = send(work).catch((error: unknown) => logger.error({ err: error }, 'a message could not be sent')).finally(() => {
      counts[lane] -= 1;
      running.delete(sending);
      void pump(work.orgId, work.channel.id);
    });
    running.add(sending);
  }

  async function pump(orgId: OrgId, channel: string): Promise<void> {
    const key = `${orgId}/${channel}`;
    if (closed) return;
    if (pumping.has(key)) {
      again.add(key);
      return;
    }
    pumping.add(key);
    try {
      do {
        again.delete(key);
        const counts = countsOf(key);
        const { work, nextInMs, moved } = await claimChannel(deps, orgId, channel, { bulk: BULK_AT_ONCE - counts.bulk, critical: CRITICAL_AT_ONCE - counts.critical });
        for (const each of work) begin(key, each);
        if (moved) void look();
        if (nextInMs !== null) later(key, nextInMs, () => void pump(orgId, channel));
      } while (again.has(key) && !closed);
    } catch (error) {
      if (!closed) logger.warn({ err: error, channel }, 'due messages could not be taken; they are looked for again');
    } finally {
      pumping.delete(key);
    }
  }

  async function goRounds(): Promise<void> {
    do {
      lookAgain = false;
      const due = await readDueChannels(db, clock.now());
      const waiting = [...due];
      await Promise.all(Array.from({ length: Math.min(CHANNELS_AT_ONCE, waiting.length) }, async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await pump(next.orgId, next.channel);
      }));
    } while (lookAgain && !closed);
  }

  function look(): Promise<void> {
    if (closed) return Promise.resolve();
    if (looking !== null) {
      lookAgain = true;
      return looking;
    }
    looking = goRounds().catch((error: unknown) => {
      if (!closed) logger.warn({ err: error }, 'due messages could not be looked for; they are looked for again');
    }).finally(() => {
      looking = null;
    });
    return looking;
  }

  function sweepNow(): Promise<void> {
    sweeping ??= sweep(deps).then((found) => {
      if (found > 0) void look();
    }, (error: unknown) => {
      if (!closed) logger.warn({ err: error }, 'silent messages could not be looked for; the next round tries again');
    }).finally(() => {
      sweeping = null;
    });
    return sweeping;
  }

  return {
    look,
    sweep: sweepNow,
    async start() {
      listener = createListener({
        connectionString: db.connectionString, channels: [NOTIFY_CHANNEL], applicationName: `muster notifications ${owner}`, clock, logger, onNotification: () => void look(), onConnected: () => void look(),
      });
      await listener.start();
      ticking.push(clock.every(POLL_MS, () => void look()), clock.every(SWEEP_MS, () => void sweepNow()));
    },
    progress: () => ({ begun, calling, isTaking: looking !== null || pumping.size > 0 }),
    async close() {
      closed = true;
      for (const timer of [...ticking, ...[...timers.values()].map((known) => known.timer)]) timer.stop();
      await listener?.close();
      await looking;
      await sweeping;
      for (const giveBack of waiting) giveBack();
      await Promise.all(running);
      await writing;
    },
  };
}
