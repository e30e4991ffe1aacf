/** Recommended runbooks over HTTP: which are likely to help, why, and saying that one is not the right one. */
import { incidentKey, incidentNumber, runId, type JudgeRecommendationBody, type OrgId, type Recommendation, type Recommendations, type RunbookId, type RunbookTrial, type Suggestion } from '#contract';
import { ANYBODY, viewerOf, type Viewer } from '../../access/index.ts';
import { appendEvents } from '../../eventlog/index.ts';
import { commandOf, loadIncident, refuseMerged, type Command } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/route.ts';
import { randomFromWords } from '../../platform/seededRandom.ts';
import { effectOf, LIKE, rankRunbooks } from '../../recommendation/index.ts';
import { deleteRejection, writeRejection } from '../../response/runbooks/index.ts';
import { isShadow } from '../../standing/index.ts';
import type { MemoryDesk } from '../similar/memoryDesk.ts';
import { selectFacts, selectRemembered } from '../similar/memoryStore.ts';
import { memoryOf } from '../similar/remember.ts';
import { basisText } from './basis.ts';
import { keepRecommended, selectEnded, selectRejectionsElsewhere, selectRuns, type EndedIncident } from './recommendationStore.ts';
import { mostUsed, trialsOf, type ShownTrial } from './trials.ts';

export type RecommendationOperation = 'getRecommendations' | 'judgeRecommendation';

/** A runbook that may be run for an incident, by what it says of itself. */
export interface Fitting {
  readonly suggestion: Suggestion;
  /** It only reads, or may run by itself. */
  readonly isSafe: boolean;
}

export interface RecommendationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly desk: MemoryDesk;
  /** Runbooks that fit an incident, those that were tried in others like it among them; and why there is none. */
  fitting(orgId: OrgId, viewer: Viewer, number: number, tried: ReadonlySet<string>): Promise<{ readonly all: readonly Fitting[]; readonly none: string | null }>;
}

interface Ranking {
  /** False: past incidents are still being compared, and the order knows nothing of them. */
  readonly isReady: boolean;
  readonly items: readonly Recommendation[];
  readonly none: string | null;
  readonly runs: Awaited<ReturnType<typeof selectRuns>>;
}

const SHOWN = 5;
const EVIDENCE = 8;
/** All that a memory may hold. */
const ALL = 2_000;

export interface RecommendationService {
  readonly handlers: Handlers<RecommendationOperation>;
  /** What it rests on that a runbook is suggested for an incident, by what everybody may see; null: it is not suggested. */
  basisOf(orgId: OrgId, viewer: Viewer, number: number, runbook: RunbookId): Promise<string | null>;
}

/** Makes it. */
export function createRecommendations({ db, clock, desk, fitting }: RecommendationDeps): RecommendationService {
  /** How alike past incidents are; null while they are being compared for the first time. */
  async function similarities(orgId: OrgId, number: number): Promise<ReadonlyMap<number, number> | null> {
    return desk.withMemory(orgId, async (memory) => {
      const [facts] = await selectFacts(db, orgId, [number]);
      if (memory === null || facts === undefined) return null;
      const found = await memory.ask({ id: String(number), ...memoryOf(facts).document }, ALL);
      return new Map(found.map(({ id, similarity }) => [Number(id), similarity]));
    });
  }

  /** All that fit, the likeliest first. The incident is read as its viewer, and of earlier ones what may be seen as another. */
  async function ranked(orgId: OrgId, viewer: Viewer, number: number, seenAs: Viewer): Promise<Ranking> {
    const [alike, runs, elsewhere] = await Promise.all([
      similarities(orgId, number), selectRuns(db, orgId, seenAs, number), selectRejectionsElsewhere(db, orgId, seenAs, number),
    ]);
    const trials = trialsOf(runs, elsewhere, (incident) => alike?.get(incident) ?? 0, clock.now());
    const like = [...(alike ?? [])].filter(([, similarity]) => similarity >= LIKE).map(([incident]) => incident);
    const [{ all, none }, seen] = await Promise.all([
      fitting(orgId, viewer, number, new Set(trials.filter(({ similarity }) => similarity >= LIKE).map(({ runbook }) => runbook))),
      selectEnded(db, orgId, seenAs, [...new Set([...like, ...trials.map(({ incident }) => incident)])]),
    ]);
    const incidents = new Map(seen.map((incident) => [incident.number, incident]));
    const fits = new Map(all.map((each) => [String(each.suggestion.runbook), each]));
    const order = rankRunbooks(
      all.map(({ suggestion, isSafe }) => ({ runbook: suggestion.runbook, fit: suggestion.score, isSafe })), trials, { random: randomFromWords(`${orgId} ${number}`) },
    );
    const items = order.flatMap(({ runbook, isExplored, ...known }): Recommendation[] => {
      const fit = fits.get(runbook);
      if (fit === undefined) return [];
      const { suggestion, isSafe } = fit;
      const own = trials.filter((trial) => trial.runbook === runbook);
      return [{
        ...known, runbook: suggestion.runbook, title: suggestion.title, description: suggestion.description, steps: suggestion.steps, reasons: suggestion.reasons,
        evidence: evidenceOf(own, incidents), effect: effectIn(own, like, incidents), explored: isExplored, safe: isSafe,
        heldBack: suggestion.heldBack, stale: suggestion.stale, inputs: suggestion.inputs, run: suggestion.run, rejected: suggestion.rejected,
      }];
    });
    return { isReady: alike !== null, items, none, runs };
  }

  async function recommended(orgId: OrgId, viewer: Viewer, number: number): Promise<Recommendations> {
    if ((await selectRemembered(db, orgId, viewer, [number])).length === 0) throw notFoundError(`${incidentKey(number)} does not exist`);
    const { isReady, items, none, runs } = await ranked(orgId, viewer, number, viewer);
    const wanted = [...items.filter((item) => item.rejected === null).slice(0, SHOWN), ...items.filter((item) => item.rejected !== null)];
    if (isReady && items.length > 0) {
      const kept = items.slice(0, SHOWN).map(({ runbook, probability, inputs }) => ({ runbook, probability, inputs }));
      await keepRecommended(db, orgId, number, clock.now(), kept, mostUsed(runs, items.map(({ runbook }) => runbook)));
    }
    const shadow = await isShadow(db, orgId, 'recommendation');
    return { state: isReady ? 'ready' : 'preparing', items: shadow ? [] : wanted, none, shadow };
  }

  async function judge(command: Command, number: number, { runbook, verdict, reason }: JudgeRecommendationBody): Promise<void> {
    const at = clock.now();
    const { all } = await fitting(command.orgId, command.viewer, number, new Set([runbook]));
    const title = all.find(({ suggestion }) => suggestion.runbook === runbook)?.suggestion.title;
    await db.transaction(async (tx) => {
      refuseMerged(await loadIncident(tx, command, number));
      if (verdict === 'open') {
        if (!(await deleteRejection(tx, command.orgId, number, runbook))) return;
      } else if (title === undefined) {
        throw notFoundError(`${runbook} is not among the runbooks for ${incidentKey(number)}`);
      } else {
        await writeRejection(tx, command.orgId, number, runbook, { reason, by: command.actor, at: at.toISOString() });
      }
      await appendEvents(tx, command.orgId, at, [{ type: 'incident.recommendation_judged', incident: number, actor: command.actor, data: { runbook, title: title ?? runbook, verdict, reason } }]);
    });
  }

  return {
    async basisOf(orgId, viewer, number, runbook) {
      if ((await isShadow(db, orgId, 'recommendation')) || (await selectRemembered(db, orgId, viewer, [number])).length === 0) return null;
      // Whoever sees the run reads it: what only some may see teaches it nothing.
      const item = (await ranked(orgId, viewer, number, ANYBODY)).items.find((each) => each.runbook === runbook && each.rejected === null);
      return item === undefined ? null : basisText(item);
    },
    handlers: {
      getRecommendations: ({ params }, { caller }) => recommended(caller.orgId, viewerOf(caller), params.number),
      async judgeRecommendation({ params, body }, context) {
        const command = commandOf(context);
        if ((await selectRemembered(db, command.orgId, command.viewer, [params.number])).length === 0) throw notFoundError(`${incidentKey(params.number)} does not exist`);
        await judge(command, params.number, body);
        return recommended(command.orgId, command.viewer, params.number);
      },
    },
  };
}

/** The most alike first, then the newest. */
function evidenceOf(trials: readonly ShownTrial[], incidents: ReadonlyMap<number, EndedIncident>): RunbookTrial[] {
  return [...trials].sort((a, b) => b.similarity - a.similarity || b.incident - a.incident).flatMap(({ incident, similarity, outcome, run }): RunbookTrial[] => {
    const known = incidents.get(incident);
    return known === undefined ? [] : [{
      number: incidentNumber.parse(incident), key: incidentKey(incident), title: known.title, similarity: similarity < LIKE ? null : similarity, outcome, run: run === null ? null : runId.parse(run),
    }];
  }).slice(0, EVIDENCE);
}

/** Incidents like this one in which it was run, against those in which it was not run. */
function effectIn(trials: readonly ShownTrial[], like: readonly number[], incidents: ReadonlyMap<number, EndedIncident>): Recommendation['effect'] {
  const run = new Map(trials.filter(({ outcome }) => outcome !== 'rejected').map(({ incident, outcome }) => [incident, outcome]));
  const took = (numbers: readonly number[]): number[] => numbers.flatMap((number) => incidents.get(number)?.tookMs ?? []);
  return effectOf(took(like.filter((number) => run.has(number))), took(like.filter((number) => !run.has(number))));
}

