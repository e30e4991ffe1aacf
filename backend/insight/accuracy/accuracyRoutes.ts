/** The accuracy of Muster's helpers, for pages and for what puts them to shadow. */
import type { Accuracy, AccuracyFigures, DetectorAccuracy, DetectorId, Helper, HelperAccuracy, HelperStanding, OrgId, ShadowHelper } from '#contract';
import { scoreGroups, type AlertLabels } from '../../correlation/index.ts';
import { precisionOf } from '../../detection/index.ts';
import { labelsOf } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import { GRACE_MS } from '../../recommendation/index.ts';
import { DEFAULT_MAPPING } from '../../sources/index.ts';
import { selectStandings } from '../../standing/index.ts';
import { selectCoverage, selectSaidCrossings } from '../breaches/accuracyStore.ts';
import { selectOutcomes as selectDraftOutcomes } from '../drafts/modelStore.ts';
import { isLowerBetter, verdictOf, type Known, type Week } from '../helpers/shadowRule.ts';
import {
  selectConfirmed, selectDetectorTallies, selectGroups, selectJudgedFindings, selectOutcomes, selectRecommendations, selectRuleAlerts, selectSureness, selectWatchedIncidents, type DetectorTally,
} from './accuracyStore.ts';
import { calibrationFigures, calibrationOf, type Stated } from './calibration.ts';
import {
  detectionFigures, diagnosisFigures, forecastFigures, NOTHING_KNOWN, oneDetectorFigures, predictionFigures, recommendationFigures, reciprocalRanks, STATED, weeksUntil, type JudgedFinding,
} from './figures.ts';

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
const MEASURES = { correlation: 'f1', detection: 'right', prediction: 'brier', forecast: 'brier', diagnosis: 'first', recommendation: 'ended' } as const satisfies Record<Helper, HelperAccuracy['measure']>;
const MOST_DETECTORS = 50;
const NOT_RANKED = { own: null, baseline: null } as const;

function shownFigures({ judged, score, baseline, precision, recall, interval }: AccuracyFigures): AccuracyFigures {
  return { judged, score, baseline, precision, recall, interval };
}

interface Measured {
  readonly weeks: readonly Week[];
  readonly total: Known;
  readonly stated: readonly Stated[];
  /** Null for what is not in shadow as a whole. */
  readonly standing: HelperStanding | null;
  readonly ranks?: ReturnType<typeof reciprocalRanks>;
}

function helperOf(helper: Helper, { weeks, total, stated, standing, ranks = NOT_RANKED }: Measured): HelperAccuracy {
  const lowerIsBetter = isLowerBetter(helper);
  return {
    helper, measure: MEASURES[helper], lowerIsBetter, total: shownFigures(total), ...verdictOf(weeks, total, lowerIsBetter), calibration: calibrationOf(stated),
    weeks: weeks.map((week) => ({ ...shownFigures(week), from: week.from.toISOString(), calibration: calibrationFigures(stated.filter(isIn(week.from))) })),
    reciprocalRank: ranks.own, baselineReciprocalRank: ranks.baseline, standing,
  };
}

function isIn(begin: Date): (each: { readonly at: Date }) => boolean {
  return ({ at }) => at >= begin && at.getTime() < begin.getTime() + WEEK_MS;
}

function byWeek(begins: readonly Date[], figures: (ofWeek: ReturnType<typeof isIn>) => Known): Week[] {
  return begins.map((begin) => ({ from: begin, ...figures(isIn(begin)) }));
}

function detectorOf(tally: DetectorTally, findings: readonly JudgedFinding[], begins: readonly Date[], now: Date): DetectorAccuracy {
  const { id, name, state, stateSince, selfShadowReason, right, wrong, watchedSince, allowedAWeek } = tally;
  const own = findings.filter(({ detector }) => detector === id);
  // Of less than a week a week's figure would be made up.
  const weeks = Math.max(1, (now.getTime() - Math.max(begins[0]?.getTime() ?? 0, watchedSince?.getTime() ?? 0)) / WEEK_MS);
  return {
    id, name, state, precision: precisionOf({ right, wrong, unjudged: tally.findings - right - wrong }), wrongAWeek: Math.round((100 * wrong) / weeks) / 100, allowedAWeek,
    weeks: begins.flatMap((begin) => {
      const ofWeek = own.filter(isIn(begin));
      const rightOnes = ofWeek.filter(({ isRight }) => isRight).length;
      return ofWeek.length === 0 ? [] : [{ from: begin.toISOString(), right: rightOnes, wrong: ofWeek.length - rightOnes }];
    }),
    selfShadow: selfShadowReason === null || stateSince === null ? null : { at: stateSince.toISOString(), reason: selfShadowReason },
  };
}

export interface AccuracyService {
  readonly handlers: Handlers<'getAccuracy'>;
  /** Each of those that can be in shadow as a whole by week. */
  helperWeeks(orgId: OrgId, weeks: number): Promise<Readonly<Record<ShadowHelper, readonly Week[]>>>;
  /** Each of some detectors by week, against ordinary alerts. */
  detectorWeeks(orgId: OrgId, weeks: number, detectors: readonly DetectorId[]): Promise<ReadonlyMap<DetectorId, readonly Week[]>>;
}

/** Makes it. */
export function createAccuracy({ db, clock }: { readonly db: Database; readonly clock: Clock }): AccuracyService {
  /** Alerts of judged incidents as they are grouped, against one incident for each service and hour. */
  async function correlationFigures(orgId: OrgId, labels: AlertLabels): Promise<Known> {
    if (labels.size === 0) return NOTHING_KNOWN;
    const groups = await selectGroups(db, orgId, [...labels.keys()]);
    const own = scoreGroups(labels, (alert) => {
      const incident = groups.get(alert)?.incident ?? null;
      return incident === null ? null : String(incident);
    });
    const plain = scoreGroups(labels, (alert) => {
      const found = groups.get(alert);
      return found === undefined || found.service === null ? null : `${found.service} ${Math.floor(found.startsAt.getTime() / HOUR_MS)}`;
    });
    return { judged: labels.size, score: own?.pairF1 ?? null, baseline: plain?.pairF1 ?? null, precision: own?.pairPrecision ?? null, recall: own?.pairRecall ?? null, interval: null, bets: null };
  }

  async function helperWeeks(orgId: OrgId, weeks: number): Promise<Readonly<Record<ShadowHelper, readonly Week[]>>> {
    const begins = weeksUntil(clock.now(), weeks);
    const from = begins[0] ?? clock.now();
    const [outcomes, crossings, confirmed, recommended] = await Promise.all([
      selectOutcomes(db, orgId, from), selectSaidCrossings(db, orgId, from), selectConfirmed(db, orgId, from), selectRecommendations(db, orgId, from, GRACE_MS),
    ]);
    return {
      prediction: byWeek(begins, (of) => predictionFigures(outcomes.filter(of))), forecast: byWeek(begins, (of) => forecastFigures(crossings.filter(of))),
      diagnosis: byWeek(begins, (of) => diagnosisFigures(confirmed.filter(of))),
      recommendation: byWeek(begins, (of) => recommendationFigures(recommended.filter(of))),
    };
  }

  async function accuracyOf(orgId: OrgId, weeks: number): Promise<Accuracy> {
    const now = clock.now();
    const begins = weeksUntil(now, weeks);
    const from = begins[0] ?? now;
    const [outcomes, confirmed, labels, findings, rules, watched, recommended, tallies, standings, forecasts, crossings, drafts, sureness] = await Promise.all([
      selectOutcomes(db, orgId, from), selectConfirmed(db, orgId, from), labelsOf(db, orgId, from, now), selectJudgedFindings(db, orgId, from), selectRuleAlerts(db, orgId, from),
      selectWatchedIncidents(db, orgId, from, DEFAULT_MAPPING.serviceLabels), selectRecommendations(db, orgId, from, GRACE_MS), selectDetectorTallies(db, orgId, from, MOST_DETECTORS),
      selectStandings(db, orgId), selectCoverage(db, orgId, from), selectSaidCrossings(db, orgId, from), selectDraftOutcomes(db, orgId), selectSureness(db, orgId, from),
    ]);
    const correlation: Week[] = [];
    for (const begin of begins) {
      // An alert's id ends with when it began.
      const ofWeek = new Map([...labels].filter(([alert]) => isIn(begin)({ at: new Date(Number(alert.slice(alert.indexOf('-') + 1))) })));
      correlation.push({ from: begin, ...(await correlationFigures(orgId, ofWeek)) });
    }
    return {
      from: from.toISOString(), to: now.toISOString(), forecasts, drafts, detectors: tallies.map((tally) => detectorOf(tally, findings, begins, now)),
      helpers: [
        helperOf('correlation', { weeks: correlation, total: await correlationFigures(orgId, labels), stated: sureness, standing: null }),
        helperOf('detection', {
          weeks: byWeek(begins, (of) => detectionFigures(findings.filter(of), rules.filter(of), watched.filter(of))), total: detectionFigures(findings, rules, watched), stated: findings.flatMap(STATED.detection), standing: null,
        }),
        helperOf('prediction', { weeks: byWeek(begins, (of) => predictionFigures(outcomes.filter(of))), total: predictionFigures(outcomes), stated: outcomes.flatMap(STATED.prediction), standing: standings.get('prediction') ?? null }),
        helperOf('forecast', { weeks: byWeek(begins, (of) => forecastFigures(crossings.filter(of))), total: forecastFigures(crossings), stated: crossings.flatMap(STATED.forecast), standing: standings.get('forecast') ?? null }),
        helperOf('diagnosis', { weeks: byWeek(begins, (of) => diagnosisFigures(confirmed.filter(of))), total: diagnosisFigures(confirmed), stated: confirmed.flatMap(STATED.diagnosis), standing: standings.get('diagnosis') ?? null }),
        helperOf('recommendation', {
          weeks: byWeek(begins, (of) => recommendationFigures(recommended.filter(of))), total: recommendationFigures(recommended), stated: recommended.flatMap(STATED.recommendation), standing: standings.get('recommendation') ?? null,
          ranks: reciprocalRanks(recommended),
        }),
      ],
    };
  }

  return {
    helperWeeks,
    async detectorWeeks(orgId, weeks, detectors) {
      const begins = weeksUntil(clock.now(), weeks);
      const from = begins[0] ?? clock.now();
      const [findings, rules] = await Promise.all([selectJudgedFindings(db, orgId, from), selectRuleAlerts(db, orgId, from)]);
      return new Map(detectors.map((id) => {
        const own = findings.filter(({ detector }) => detector === id);
        return [id, begins.map((begin) => ({ from: begin, ...oneDetectorFigures(own.filter(isIn(begin)), rules.filter(isIn(begin))) }))];
      }));
    },
    handlers: { getAccuracy: ({ query }, { caller }) => accuracyOf(caller.orgId, query.weeks) },
  };
}
