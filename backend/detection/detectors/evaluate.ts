/**
 * One look at a detector: asks for the steps since the last look, takes them in, and writes states, findings and the new
 * position in one transaction, which only goes through where the position is still the one that was seen. So each step counts
 * once, whoever looks and whoever dies; what was missed is asked for at the next look. Training is the same, over the past.
 */
import type { DetectorBody, OrgId } from '#contract';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { alertTextsOf, patternOf, type ExploreUrl } from './alertText.ts';
import { beginTraining, lockAsSeen, noteFailure, noteProgress, putOff, type Progress, type StoredDetector, type Training } from './detectorStore.ts';
import { endFindings, putFinding } from './findingStore.ts';
import { foundEvent } from './foundEvent.ts';
import type { Holidays } from './holidays/holidays.ts';
import { QueryFault, type Readers, type Span } from './readers/index.ts';
import { reckon, UnreadableState, type Reckoned } from './reckon.ts';
import { reckonLogs } from './reckonLogs.ts';
import { dropSeries, forgetSeries, readSeriesStates, writeSeriesStates } from './seriesStore.ts';

/** It learns from so much of the past. */
export const TRAINING_MS = 28 * 86_400_000;
/** Of logs from less: a week shows each hour and day, and lines are many. */
export const LOGS_TRAINING_MS = 7 * 86_400_000;
/** Of logs, so much time and so many lines are taken in at one look. */
const LOGS_STEPS_AT_ONCE = 1_440;
const LINES_AT_ONCE = 20_000;
/** Values of one look at most, over all series: a second or two of work, and an answer of some megabytes. */
const VALUES_AT_ONCE = 150_000;
/** Prometheus gives no more than 11,000 to a series. */
const STEPS_AT_ONCE = 5_000;
/** While it is not known how many series there are. */
const FIRST_STEPS = 120;
const LEAST_RETRY_MS = 15_000;
const MOST_RETRY_MS = 10 * 60_000;

export type Outcome = 'waits' | 'moved' | 'failed' | 'overtaken';

export interface EvaluateDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readers: Readers;
  readonly holidays: Pick<Holidays, 'calendarOf'>;
  /** Address of the page of a detector. */
  readonly pageUrl: (id: string) => string;
  /** Address of Explore with the lines of a query of a data source. */
  readonly exploreUrl: ExploreUrl;
  /** Fires when this replica stops: what fails then is nobody's fault. */
  readonly stopping: AbortSignal;
}

function pastOf({ query }: DetectorBody): number {
  return query.kind === 'loki' ? LOGS_TRAINING_MS : TRAINING_MS;
}

/** Where training begins, for values that are final now. */
export function trainingFor(readers: Readers, definition: DetectorBody, nowMs: number): Training {
  const stepMs = definition.stepSeconds * 1_000;
  const from = new Date(readers.settledMs(definition.query, nowMs, stepMs) - Math.floor(pastOf(definition) / stepMs) * stepMs);
  return { from, evaluatedTo: new Date(from.getTime() - stepMs) };
}

function stepsAtOnce({ definition, series }: StoredDetector): number {
  if (definition.query.kind === 'loki') return LOGS_STEPS_AT_ONCE;
  return series === 0 ? FIRST_STEPS : Math.max(1, Math.min(STEPS_AT_ONCE, Math.floor(VALUES_AT_ONCE / series)));
}

/** Makes it. */
export function createEvaluate({ db, clock, logger, readers, holidays, pageUrl, exploreUrl, stopping }: EvaluateDeps): (orgId: OrgId, seen: StoredDetector) => Promise<Outcome> {
  async function fail(orgId: OrgId, seen: StoredDetector, error: QueryFault): Promise<Outcome> {
    const at = clock.now();
    if (stopping.aborted) {
      await putOff(db, orgId, seen, at);
      return 'waits';
    }
    const waitMs = Math.min(MOST_RETRY_MS, Math.max(LEAST_RETRY_MS, seen.definition.stepSeconds * 1_000) * 2 ** Math.min(10, seen.failures));
    return db.transaction(async (tx) => {
      const isFirst = await noteFailure(tx, orgId, seen, error.message, at, new Date(at.getTime() + waitMs));
      if (isFirst === null) return 'overtaken';
      if (isFirst) await appendEvents(tx, orgId, at, [{ type: 'detector.failing', incident: null, actor: SYSTEM_ACTOR, data: { detector: seen.id, name: seen.definition.name, reason: error.message } }]);
      return 'failed';
    });
  }

  async function learnAnew(orgId: OrgId, seen: StoredDetector): Promise<Outcome> {
    const at = clock.now();
    logger.info({ orgId, detector: seen.id }, 'what a detector knew is of another version; it learns anew');
    return db.transaction(async (tx) => {
      if (!(await lockAsSeen(tx, orgId, seen))) return 'overtaken';
      await endFindings(tx, orgId, seen.id, at);
      await beginTraining(tx, orgId, seen.id, trainingFor(readers, seen.definition, at.getTime()), seen.state === 'train' ? seen.afterTraining : seen.state, at);
      return 'moved';
    });
  }

  async function keep(orgId: OrgId, seen: StoredDetector, span: Span, reckoned: Reckoned, settledMs: number, cost: Pick<Progress, 'queryMs' | 'computeMs' | 'cutSteps' | 'cutAt'>): Promise<Outcome> {
    const { definition, state } = seen;
    const at = clock.now();
    const isUpToDate = span.toMs + span.stepMs > settledMs;
    const isTrained = state === 'train' && isUpToDate;
    const next = isTrained ? seen.afterTraining : state;
    return db.transaction(async (tx) => {
      if (!(await lockAsSeen(tx, orgId, seen))) return 'overtaken';
      await dropSeries(tx, orgId, seen.id, reckoned.removed);
      await writeSeriesStates(tx, orgId, seen.id, reckoned.states);
      await forgetSeries(tx, orgId, seen.id, new Date(span.toMs - TRAINING_MS));
      const events: NewEvent[] = [];
      for (const { key, labels, episode, pattern: about } of reckoned.episodes) {
        if (state === 'train') break;
        const pattern = about === null ? null : patternOf(orgId, definition.query, episode.startsAtMs, about, exploreUrl);
        const isNew = await putFinding(tx, orgId, {
          detector: seen.id, name: definition.name, seriesKey: key, labels, mode: state, episode, pattern, foundAt: at, alert: alertTextsOf(definition, labels, episode, pattern, key, pageUrl(seen.id)),
        });
        if (isNew) events.push(foundEvent(seen, state, new Date(episode.startsAtMs)));
      }
      await noteProgress(tx, orgId, seen, {
        evaluatedTo: new Date(span.toMs), dueAt: isUpToDate ? new Date(readers.finalAtMs(definition.query, span.toMs + span.stepMs, span.stepMs)) : at, state: next, series: reckoned.watched,
        dataAt: reckoned.newestMs === null ? null : new Date(reckoned.newestMs), ...cost, at,
      });
      if (seen.error !== null) events.push({ type: 'detector.recovered', incident: null, actor: SYSTEM_ACTOR, data: { detector: seen.id, name: definition.name } });
      if (isTrained) events.push({ type: 'detector.state_changed', incident: null, actor: SYSTEM_ACTOR, data: { detector: seen.id, name: definition.name, state: next } });
      await appendEvents(tx, orgId, at, events);
      return 'moved';
    });
  }

  return async (orgId, seen) => {
    const { definition } = seen;
    const stepMs = definition.stepSeconds * 1_000;
    const settledMs = readers.settledMs(definition.query, clock.nowMs(), stepMs);
    // What is older than the past it learns from would tell it nothing.
    const evaluatedMs = Math.max(seen.evaluatedTo.getTime(), settledMs - Math.floor(pastOf(definition) / stepMs) * stepMs - stepMs);
    const fromMs = evaluatedMs + stepMs;
    if (fromMs > settledMs) {
      await putOff(db, orgId, seen, new Date(readers.finalAtMs(definition.query, fromMs, stepMs)));
      return 'waits';
    }
    const span: Span = { fromMs, toMs: Math.min(settledMs, fromMs + (stepsAtOnce(seen) - 1) * stepMs), stepMs };
    try {
      const asked = performance.now();
      const isTraining = seen.state === 'train';
      const { query } = definition;
      if (query.kind === 'loki') {
        const { lines, reachedMs, cutSteps, cutToMs } = await readers.readLines(orgId, query, span, LINES_AT_ONCE);
        const got = performance.now();
        const reached = { ...span, toMs: reachedMs };
        const reckoned = await reckonLogs(definition, query, await readSeriesStates(db, orgId, seen.id), lines, reached, isTraining, () => performance.now());
        return await keep(orgId, seen, reached, reckoned, settledMs, { queryMs: got - asked, computeMs: performance.now() - got, cutSteps, cutAt: cutToMs === null ? null : new Date(cutToMs) });
      }
      const read = await readers.read(orgId, query, span);
      const got = performance.now();
      const reckoned = await reckon(definition, await holidays.calendarOf(orgId, definition), await readSeriesStates(db, orgId, seen.id), read, span.toMs, isTraining, () => performance.now());
      return await keep(orgId, seen, span, reckoned, settledMs, { queryMs: got - asked, computeMs: performance.now() - got, cutSteps: 0, cutAt: null });
    } catch (error) {
      if (error instanceof QueryFault) return fail(orgId, seen, error);
      if (error instanceof UnreadableState) return learnAnew(orgId, seen);
      throw error;
    }
  };
}
