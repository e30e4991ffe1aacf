/**
 * Runs prediction on the logs of an organisation as they grow: one replica reads on, in the order of positions, and writes what it
 * says in the transaction that moves its place. What it knows is kept every now and then; whoever takes over begins with that and
 * reads again, without saying anything, what came since.
 */
import { DRILL_SOURCE, type LiveEvent, type OrgId } from '#contract';
import { z } from 'zod';
import { ALL_SEEING } from '../../access/index.ts';
import { readChangesAfter, type CatalogLookup, type StoredChange, type Topology } from '../../catalog/index.ts';
import { appendEvents, listEvents, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import { readAlertChanges, type LoggedChange } from '../../ingest/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { createForesight, type Foresight, type ForesightSnapshot, type Likelihood } from '../../prediction/index.ts';
import { isShadow } from '../../standing/index.ts';
import { mergeLogs, type Placed } from './mergeLogs.ts';
import { moveState, readState, say, selectAnswers, settleOutcomes, takeState, type Said } from './predictionStore.ts';

export interface ForeseerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  readonly catalog: CatalogLookup;
}

export interface Foreseer {
  /** Reads on to the end of the logs, if this replica is the one that reads on. */
  look(orgId: OrgId): Promise<void>;
}

type Entry = Placed & ({ readonly kind: 'alert'; readonly line: LoggedChange } | { readonly kind: 'change'; readonly change: StoredChange } | { readonly kind: 'cause'; readonly event: LiveEvent });

interface Mind {
  foresight: Foresight;
  topology: Topology;
  position: string;
}

const BATCH = 500;
/** A replica that does not come back lets another one go on after this time. */
const HOLD_MS = 10_000;
/** What is known is kept after so many entries; whoever takes over reads that many again at most. */
const KEEP_EVERY = 2_000;
const HORIZON_MS = 45 * 60_000;
/** An incident may be declared, or its cause found, so long after the time of a question. */
const LATE_MS = 6 * 60 * 60_000;
const OUTCOMES_EVERY_MS = 15_000;
const MOST_REASONS = 6;
const ONE_TIME_MS = 60_000;
/** As many as prediction remembers warnings. */
const ANSWERS = 200;
/** Of the shape of what is kept; what another version kept is left alone, and learning begins anew. */
const VERSION = 1;
const kept = z.object({ version: z.literal(VERSION), snapshot: z.custom<ForesightSnapshot>((value) => typeof value === 'object' && value !== null && 'habits' in value && 'stirs' in value) });

/** Nothing is new for those who look at it after that. */
function isFresh(said: Said, nowMs: number): boolean {
  return said.until.getTime() > nowMs;
}

function sayingOf({ service, atMs, probability, reasons, isLikely }: Likelihood): Said {
  return {
    service, at: new Date(atMs), until: new Date(atMs + HORIZON_MS), probability: Math.round(probability * 10_000) / 10_000, isWarning: isLikely,
    reasons: reasons.slice(0, MOST_REASONS).map(({ text, weight }) => ({ kind: 'foresight', text, weight: Math.round(weight * 100) / 100 })),
  };
}

/** What is said in a batch: what comes of one service at about one time is said once, as it was said last. */
function createSayings(): { add(said: Said): void; inOrder(): readonly Said[] } {
  const all: Said[] = [];
  const lastOf = new Map<string, number>();
  return {
    add(said) {
      const index = lastOf.get(said.service);
      const before = index === undefined ? undefined : all[index];
      if (index !== undefined && before !== undefined && said.at.getTime() - before.at.getTime() <= ONE_TIME_MS) {
        all[index] = { ...said, at: before.at, until: before.until, isWarning: said.isWarning || before.isWarning };
        return;
      }
      lastOf.set(said.service, all.length);
      all.push(said);
    },
    inOrder: () => all,
  };
}

/** Makes it. */
export function createForeseer({ db, clock, logger, replicaId, catalog }: ForeseerDeps): Foreseer {
  const minds = new Map<OrgId, Mind>();
  const unkept = new Map<OrgId, number>();
  const settledMs = new Map<OrgId, number>();

  async function readOn(q: Queryable, orgId: OrgId, after: string): Promise<Entry[]> {
    const [lines, changes, causes] = [
      await readAlertChanges(q, orgId, after, BATCH), await readChangesAfter(q, orgId, after, BATCH),
      await listEvents(q, orgId, { viewer: ALL_SEEING, types: ['incident.cause_judged'], beyond: after, order: 'oldest', limit: BATCH }),
    ];
    return mergeLogs<Entry>([
      { entries: lines.map((line) => ({ kind: 'alert', position: line.position, line })), isFull: lines.length === BATCH },
      { entries: changes.map((change) => ({ kind: 'change', position: change.position, change })), isFull: changes.length === BATCH },
      { entries: causes.map((event) => ({ kind: 'cause', position: event.position, event })), isFull: causes.length === BATCH },
    ]);
  }

  /** Tells prediction of one entry; gives what it says of a service then. */
  function tell(foresight: Foresight, entry: Entry): Likelihood | null {
    switch (entry.kind) {
      case 'change':
        foresight.change(entry.change);
        return null;
      case 'cause': {
        const { verdict, service, onsetAt } = entry.event.data;
        if (verdict === 'confirmed' && typeof service === 'string') foresight.incident(service, typeof onsetAt === 'string' ? Date.parse(onsetAt) : Date.parse(entry.event.at));
        return null;
      }
      case 'alert': {
        const { kind, sourceId } = entry.line;
        return kind === 'reconsidered' || sourceId === DRILL_SOURCE ? null : foresight.alert({ ...entry.line, kind });
      }
    }
  }

  /** What was kept; what cannot be read makes learning begin anew, not fail again and again. */
  function restored(state: unknown, topology: Topology, orgId: OrgId): Foresight {
    const found = kept.safeParse(state);
    if (!found.success) return createForesight({ topology });
    try {
      return createForesight({ topology, from: found.data.snapshot });
    } catch (error) {
      logger.warn({ err: error, orgId }, 'what prediction had learned cannot be read; it begins anew');
      return createForesight({ topology });
    }
  }

  /** What is known at a position: as it is remembered here, or from what was kept and what came since. */
  async function mindAt(tx: Transaction, orgId: OrgId, topology: Topology, position: string, statePosition: string): Promise<Mind> {
    const known = minds.get(orgId);
    if (known !== undefined && known.position === position) {
      if (known.topology !== topology) {
        known.foresight = createForesight({ topology, from: known.foresight.snapshot() });
        known.topology = topology;
      }
      return known;
    }
    const mind: Mind = { foresight: restored(await readState(tx, orgId), topology, orgId), topology, position: statePosition };
    for (let entries = await readOn(tx, orgId, mind.position); entries.length > 0 && BigInt(mind.position) < BigInt(position); entries = await readOn(tx, orgId, mind.position)) {
      for (const entry of entries) {
        if (BigInt(entry.position) > BigInt(position)) break;
        tell(mind.foresight, entry);
        mind.position = entry.position;
      }
      if (BigInt(entries.at(-1)?.position ?? position) >= BigInt(position)) break;
    }
    mind.position = position;
    return mind;
  }

  async function outcomes(tx: Transaction, orgId: OrgId, now: Date): Promise<NewEvent[]> {
    if (now.getTime() - (settledMs.get(orgId) ?? 0) < OUTCOMES_EVERY_MS) return [];
    settledMs.set(orgId, now.getTime());
    const ended = await settleOutcomes(tx, orgId, now, new Date(now.getTime() - LATE_MS));
    return ended.filter(({ isWarned }) => isWarned).map(({ id, service, outcome }) => ({ type: 'prediction.ended', incident: null, actor: SYSTEM_ACTOR, data: { id, service, outcome } }));
  }

  /** One batch. False: nothing is left, or another replica is at it. */
  async function step(orgId: OrgId): Promise<boolean> {
    const now = clock.now();
    // Before the transaction: within it, it would wait for a second connection while it holds one.
    const topology = await catalog.topologyOf(orgId);
    return db.transaction(async (tx) => {
      const place = await takeState(tx, orgId, replicaId, now, new Date(now.getTime() + HOLD_MS));
      if (place === null) {
        minds.delete(orgId);
        return false;
      }
      const mind = await mindAt(tx, orgId, topology, place.position, place.statePosition);
      // Whatever fails from here on leaves no mind that is ahead of its place.
      minds.delete(orgId);
      const entries = await readOn(tx, orgId, mind.position);
      const sayings = createSayings();
      // What became of warnings stands in their rows alone: whichever replica reads on, it has learned the same of them.
      if (entries.length > 0) for (const { service, warnedAt, came } of await selectAnswers(tx, orgId, ANSWERS)) mind.foresight.outcome(service, warnedAt.getTime(), came);
      for (const entry of entries) {
        const likelihood = tell(mind.foresight, entry);
        mind.position = entry.position;
        if (likelihood === null || likelihood.isBroken) continue;
        sayings.add(sayingOf(likelihood));
      }
      const events: NewEvent[] = [];
      // What is said in shadow is kept for its accuracy; nobody is told, and nothing acts on it.
      const inShadow = sayings.inOrder().length > 0 && (await isShadow(tx, orgId, 'prediction'));
      for (const said of sayings.inOrder()) {
        const news = await say(tx, orgId, said, inShadow);
        if (news !== null && !inShadow && isFresh(said, now.getTime())) events.push({ type: 'prediction.warned', incident: null, actor: SYSTEM_ACTOR, data: { id: news, service: said.service, probability: said.probability, until: said.until.toISOString() } });
      }
      events.push(...await outcomes(tx, orgId, now));
      const count = (unkept.get(orgId) ?? 0) + entries.length;
      const keeps = count >= KEEP_EVERY;
      if (entries.length > 0) await moveState(tx, orgId, mind.position, keeps ? { version: VERSION, snapshot: mind.foresight.snapshot() } : undefined);
      await appendEvents(tx, orgId, now, events);
      unkept.set(orgId, keeps ? 0 : count);
      minds.set(orgId, mind);
      return entries.length > 0;
    });
  }

  return {
    async look(orgId) {
      try {
        while (await step(orgId));
      } catch (error) {
        minds.delete(orgId);
        logger.debug({ err: error, orgId }, 'prediction begins again with what was kept');
        throw error;
      }
    },
  };
}
