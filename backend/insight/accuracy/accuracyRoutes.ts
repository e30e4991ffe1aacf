/** The accuracy of Muster's helpers, for pages and for what puts them to shadow. */
import type { Accuracy, AccuracyFigures, DetectorAccuracy, Helper, HelperAccuracy, HelperStanding, OrgId } from '#contract';
import { scoreGroups, type AlertLabels } from '../../correlation/index.ts';
import { labelsOf } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import { GRACE_MS } from '../../recommendation/index.ts';
import { selectStandings } from '../helpers/helperStore.ts';
import { selectConfirmed, selectDetectorTallies, selectGroups, selectJudgedFindings, selectOutcomes, selectRecommendations, selectRuleAlerts, type DetectorTally } from './accuracyStore.ts';
import { detectionFigures, diagnosisFigures, NOTHING_KNOWN, predictionFigures, recommendationFigures, verdictOf, weeksUntil } from './figures.ts';

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
const MEASURES = { correlation: 'f1', detection: 'right', prediction: 'brier', diagnosis: 'first', recommendation: 'ended' } as const satisfies Record<Helper, HelperAccuracy['measure']>;

const MOST_DETECTORS = 50;

type Weeks = readonly (AccuracyFigures & { readonly from: Date })[];

function helperOf(helper: Helper, weeks: Weeks, total: AccuracyFigures, standing: HelperStanding | null): HelperAccuracy {
  const lowerIsBetter = helper === 'prediction';
  return {
    helper, measure: MEASURES[helper], lowerIsBetter, total, weeks: weeks.map(({ from, ...figures }) => ({ ...figures, from: from.toISOString() })), verdict: verdictOf(weeks, total, lowerIsBetter), standing,
  };
}

function detectorOf({ name, right, wrong, findings, watchedSince, allowedAWeek }: DetectorTally, from: Date, now: Date): DetectorAccuracy {
  const since = Math.max(from.getTime(), watchedSince?.getTime() ?? 0);
  // Of less than a week a week's figure would be made up.
  const weeks = Math.max(1, (now.getTime() - since) / WEEK_MS);
  return { name, right, wrong, unjudged: findings - right - wrong, precision: right + wrong === 0 ? null : right / (right + wrong), wrongAWeek: Math.round((100 * wrong) / weeks) / 100, allowedAWeek };
}

export interface AccuracyService {
  readonly handlers: Handlers<'getAccuracy'>;
  accuracyOf(orgId: OrgId, weeks: number): Promise<Accuracy>;
}

/** Makes it. */
export function createAccuracy({ db, clock }: { readonly db: Database; readonly clock: Clock }): AccuracyService {
  /** Alerts of judged incidents as they are grouped, against one incident for each service and hour. */
  async function correlationFigures(orgId: OrgId, labels: AlertLabels): Promise<AccuracyFigures> {
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
    return { judged: labels.size, score: own?.pairF1 ?? null, baseline: plain?.pairF1 ?? null, precision: own?.pairPrecision ?? null, recall: own?.pairRecall ?? null };
  }

  async function accuracyOf(orgId: OrgId, weeks: number): Promise<Accuracy> {
    const now = clock.now();
    const begins = weeksUntil(now, weeks);
    const from = begins[0] ?? now;
    const inWeek = (at: Date, begin: Date): boolean => at >= begin && at.getTime() < begin.getTime() + WEEK_MS;
    const [outcomes, confirmed, labels, findings, rules, recommended, tallies, standings] = await Promise.all([
      selectOutcomes(db, orgId, from), selectConfirmed(db, orgId, from), labelsOf(db, orgId, from, now), selectJudgedFindings(db, orgId, from), selectRuleAlerts(db, orgId, from),
      selectRecommendations(db, orgId, from, GRACE_MS), selectDetectorTallies(db, orgId, from, MOST_DETECTORS), selectStandings(db, orgId),
    ]);
    const byWeek = (figures: (isIn: (each: { readonly at: Date }) => boolean) => AccuracyFigures): Weeks => begins.map((begin) => ({ from: begin, ...figures(({ at }) => inWeek(at, begin)) }));
    const correlation: (AccuracyFigures & { readonly from: Date })[] = [];
    for (const begin of begins) {
      const end = new Date(Math.min(begin.getTime() + WEEK_MS, now.getTime()));
      // An alert's id ends with when it began.
      const ofWeek = new Map([...labels].filter(([alert]) => inWeek(new Date(Number(alert.slice(alert.indexOf('-') + 1))), begin) && begin < end));
      correlation.push({ from: begin, ...(await correlationFigures(orgId, ofWeek)) });
    }
    return {
      from: from.toISOString(), to: now.toISOString(),
      helpers: [
        helperOf('correlation', correlation, await correlationFigures(orgId, labels), null),
        helperOf('detection', byWeek((isIn) => detectionFigures(findings.filter(isIn), rules.filter(isIn))), detectionFigures(findings, rules), standings.get('detection') ?? null),
        helperOf('prediction', byWeek((isIn) => predictionFigures(outcomes.filter(isIn))), predictionFigures(outcomes), standings.get('prediction') ?? null),
        helperOf('diagnosis', byWeek((isIn) => diagnosisFigures(confirmed.filter(isIn))), diagnosisFigures(confirmed), standings.get('diagnosis') ?? null),
        helperOf('recommendation', byWeek((isIn) => recommendationFigures(recommended.filter(isIn))), recommendationFigures(recommended), standings.get('recommendation') ?? null),
      ],
      detectors: tallies.map((tally) => detectorOf(tally, from, now)),
    };
  }

  return { accuracyOf, handlers: { getAccuracy: ({ query }, { caller }) => accuracyOf(caller.orgId, query.weeks) } };
}
