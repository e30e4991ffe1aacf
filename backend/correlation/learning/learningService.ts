/**
 * Use cases of learning. Each run learns from scratch, from the incidents and acts of the last months, and stores what came
 * out as the snapshot that holds; nothing is added up over runs, so that forgetting is leaving something out.
 */
import type { Actor, EventType, LearnedItem, LearningStatus, OrgId } from '#contract';
import { findPrivate, maySee, type Viewer } from '../../access/index.ts';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Queryable, Transaction } from '../../platform/db/database.ts';
import { conflictError, notFoundError } from '../../platform/errors.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';
import { createLearnedPairs, NOTHING_LEARNED, type LearnedPairs } from '../engine/index.ts';
import { candidateItem, pairItem, toLink } from './items.ts';
import { learnCandidates, type LearnedCandidate } from './learnCandidates.ts';
import { learnPairs } from './learnPairs.ts';
import {
  countItems, liftVeto, replaceItems, selectCandidates, selectItem, selectItems, selectLinks, selectState, selectVetoes, writeState, writeVeto, type ItemFilter, type StoredItem,
} from './learningStore.ts';
import type { Observations } from './observations.ts';

/** By the suspected cause. */
export type LearnedCandidates = ReadonlyMap<string, LearnedCandidate>;

export interface LearningService {
  learn(orgId: OrgId, actor?: Actor): Promise<LearningStatus>;
  status(orgId: OrgId): Promise<LearningStatus>;
  /** What was learned, without incidents that are hidden from the viewer. */
  list(orgId: OrgId, viewer: Viewer, filter: ItemFilter): Promise<LearnedItem[]>;
  forget(orgId: OrgId, actor: Actor, id: string, reason: string): Promise<void>;
  ignore(orgId: OrgId, viewer: Viewer, actor: Actor, id: string, reason: string): Promise<LearnedItem>;
  allow(orgId: OrgId, actor: Actor, id: string): Promise<void>;
  /** The snapshot of pairs that holds; the same object as long as nothing else was learned. */
  pairsOf(orgId: OrgId): Promise<LearnedPairs>;
  /** What would have been learned by a time, under the vetoes of today: for a trial on the past. */
  pairsAt(orgId: OrgId, at: Date): Promise<LearnedPairs>;
  candidatesOf(orgId: OrgId): Promise<LearnedCandidates>;
  readonly job: Job;
}

export interface LearningServiceDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  /** What happened from a time to another. */
  readonly observe: (q: Queryable, orgId: OrgId, since: Date, until: Date) => Promise<Observations>;
}

/** How far back is learned from. */
export const LEARNING_DAYS = 90;
const DAY_MS = 86_400_000;
/** A replica that did not learn itself takes up candidates within this time. */
const CANDIDATES_FRESH_MS = 2_000;
const NO_CANDIDATES: LearnedCandidates = new Map();

function what({ subject, other }: LearnedItem): string {
  return other === null ? `candidates around ${subject.name}` : `${subject.name} and ${other.name}`;
}

/** Use cases over a database. */
export function createLearningService({ db, clock, logger, orgs, observe }: LearningServiceDeps): LearningService {
  const pairs = new Map<OrgId, { readonly version: number; readonly snapshot: LearnedPairs }>();
  const candidates = new Map<OrgId, { readonly version: number; readonly snapshot: LearnedCandidates; readonly askedMs: number }>();

  async function status(orgId: OrgId): Promise<LearningStatus> {
    const [state, counts] = await Promise.all([selectState(db, orgId), countItems(db, orgId)]);
    return {
      learnedAt: state.learnedAt?.toISOString() ?? null, version: state.pairsVersion + state.candidatesVersion, ...counts, incidents: state.incidents, acts: state.acts,
      days: LEARNING_DAYS,
    };
  }

  async function learn(orgId: OrgId, actor: Actor = SYSTEM_ACTOR): Promise<LearningStatus> {
    await db.transaction(async (tx) => {
      const before = await selectState(tx, orgId, true);
      // Under the lock, so that whoever learns later knows more.
      const at = clock.now();
      const seen = await observe(tx, orgId, new Date(at.getTime() - LEARNING_DAYS * DAY_MS), at);
      const vetoes = await selectVetoes(tx, orgId);
      const items = [...learnPairs(seen, at, vetoes).map(pairItem), ...learnCandidates(seen.candidateActs, at, vetoes).map(candidateItem)];
      const changed = await replaceItems(tx, orgId, items);
      const acts = seen.pairActs.length + seen.candidateActs.length;
      await writeState(tx, orgId, {
        pairsVersion: before.pairsVersion + (changed.has('pair') ? 1 : 0), candidatesVersion: before.candidatesVersion + (changed.has('candidate') ? 1 : 0),
        learnedAt: at, incidents: seen.incidents.length, acts,
      });
      if (changed.size === 0) return;
      const pairCount = items.filter((item) => item.kind === 'pair').length;
      await appendEvents(tx, orgId, at, [{
        type: 'correlation.learned', incident: null, actor, data: { incidents: seen.incidents.length, acts, pairs: pairCount, candidates: items.length - pairCount },
      }]);
    });
    candidates.delete(orgId);
    return status(orgId);
  }

  /** Writes what a person said with its event; what holds is learned anew at once. */
  async function say(orgId: OrgId, actor: Actor, id: string, type: EventType, reason: string | null, write: (tx: Transaction, stored: StoredItem, at: Date) => Promise<void>): Promise<void> {
    await db.transaction(async (tx) => {
      await selectState(tx, orgId, true);
      const stored = await selectItem(tx, orgId, id);
      if (stored === undefined) throw notFoundError('nothing like this is learned any more');
      const at = clock.now();
      await write(tx, stored, at);
      await appendEvents(tx, orgId, at, [{ type, incident: null, actor, data: { id, what: what(stored.item), reason, summary: stored.item.summary, weight: stored.item.weight } }]);
    });
    await learn(orgId, actor);
  }

  /** It may have been learned from incidents before they were made private. */
  async function shownTo(orgId: OrgId, viewer: Viewer, items: readonly LearnedItem[]): Promise<LearnedItem[]> {
    const known = await findPrivate(db, orgId, [...new Set(items.flatMap((item) => item.incidents))]);
    return items.map((item) => ({ ...item, incidents: item.incidents.filter((number) => maySee(known, viewer, number)) }));
  }

  function refuseIgnored({ item }: StoredItem): void {
    if (item.ignored !== null) throw conflictError(`${item.ignored.by.name} has said that this is not to be learned`);
  }

  return {
    learn,
    status,
    list: async (orgId, viewer, filter) => shownTo(orgId, viewer, await selectItems(db, orgId, filter)),
    forget: (orgId, actor, id, reason) => say(orgId, actor, id, 'correlation.forgotten', reason, async (tx, stored, at) => {
      refuseIgnored(stored);
      await writeVeto(tx, orgId, at, actor, id, { ignored: false, reason });
    }),
    async ignore(orgId, viewer, actor, id, reason) {
      await say(orgId, actor, id, 'correlation.learning_stopped', reason, async (tx, stored, at) => {
        refuseIgnored(stored);
        await writeVeto(tx, orgId, at, actor, id, { ignored: true, reason });
      });
      const stored = await selectItem(db, orgId, id);
      const [item] = stored === undefined ? [] : await shownTo(orgId, viewer, [stored.item]);
      if (item === undefined) throw notFoundError('somebody has allowed it again at this moment');
      return item;
    },
    allow: (orgId, actor, id) => say(orgId, actor, id, 'correlation.learning_allowed', null, async (tx) => {
      if (!(await liftVeto(tx, orgId, id))) throw conflictError('this is learned already');
    }),
    async pairsOf(orgId) {
      const { pairsVersion } = await selectState(db, orgId);
      const known = pairs.get(orgId);
      if (known !== undefined && known.version === pairsVersion) return known.snapshot;
      const snapshot = pairsVersion === 0 ? NOTHING_LEARNED : createLearnedPairs(await selectLinks(db, orgId));
      pairs.set(orgId, { version: pairsVersion, snapshot });
      return snapshot;
    },
    async pairsAt(orgId, at) {
      const seen = await observe(db, orgId, new Date(at.getTime() - LEARNING_DAYS * DAY_MS), at);
      return createLearnedPairs(learnPairs(seen, at, await selectVetoes(db, orgId)).map(toLink));
    },
    async candidatesOf(orgId) {
      const known = candidates.get(orgId);
      if (known !== undefined && clock.nowMs() - known.askedMs < CANDIDATES_FRESH_MS) return known.snapshot;
      const { candidatesVersion } = await selectState(db, orgId);
      const snapshot = known?.version === candidatesVersion ? known.snapshot
        : candidatesVersion === 0 ? NO_CANDIDATES : new Map((await selectCandidates(db, orgId)).map((learned) => [learned.cause, learned]));
      candidates.set(orgId, { version: candidatesVersion, snapshot, askedMs: clock.nowMs() });
      return snapshot;
    },
    job: {
      name: 'correlation.learn',
      cron: '52 * * * *',
      /** May run twice: it learns from scratch. */
      async run() {
        for (const orgId of orgs) {
          const { pairs: pairCount, candidates: kinds, incidents } = await learn(orgId);
          logger.info({ orgId, incidents, pairs: pairCount, candidates: kinds }, 'learned from past incidents');
        }
      },
    },
  };
}
