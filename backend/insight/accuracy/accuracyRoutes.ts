/** The accuracy of Muster's helpers over HTTP. */
import type { Accuracy, AccuracyFigures, Helper, HelperAccuracy, OrgId } from '#contract';
import { scoreGroups, type AlertLabels } from '../../correlation/index.ts';
import { labelsOf } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import { selectCoverage } from '../breaches/breachStore.ts';
import { selectConfirmed, selectGroups, selectOutcomes } from './accuracyStore.ts';
import { diagnosisFigures, NOTHING_KNOWN, predictionFigures, verdictOf, weeksUntil } from './figures.ts';

const WEEK_MS = 7 * 86_400_000;
const HOUR_MS = 3_600_000;
const MEASURES = { correlation: 'f1', prediction: 'brier', diagnosis: 'first' } as const satisfies Record<Helper, HelperAccuracy['measure']>;

function helperOf(helper: Helper, weeks: readonly (AccuracyFigures & { readonly from: Date })[], total: AccuracyFigures): HelperAccuracy {
  const lowerIsBetter = helper === 'prediction';
  return {
    helper, measure: MEASURES[helper], lowerIsBetter, total, weeks: weeks.map(({ from, ...figures }) => ({ ...figures, from: from.toISOString() })), verdict: verdictOf(weeks, total, lowerIsBetter),
  };
}

/** Makes the handler. */
export function createAccuracyHandlers({ db, clock }: { readonly db: Database; readonly clock: Clock }): Handlers<'getAccuracy'> {
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
    const [outcomes, confirmed, labels] = await Promise.all([selectOutcomes(db, orgId, from), selectConfirmed(db, orgId, from), labelsOf(db, orgId, from, now)]);
    const correlation: (AccuracyFigures & { readonly from: Date })[] = [];
    for (const begin of begins) {
      const end = new Date(Math.min(begin.getTime() + WEEK_MS, now.getTime()));
      // An alert's id ends with when it began.
      const ofWeek = new Map([...labels].filter(([alert]) => inWeek(new Date(Number(alert.slice(alert.indexOf('-') + 1))), begin) && begin < end));
      correlation.push({ from: begin, ...(await correlationFigures(orgId, ofWeek)) });
    }
    return {
      from: from.toISOString(), to: now.toISOString(), forecasts: await selectCoverage(db, orgId, from),
      helpers: [
        helperOf('correlation', correlation, await correlationFigures(orgId, labels)),
        helperOf('prediction', begins.map((begin) => ({ from: begin, ...predictionFigures(outcomes.filter(({ at }) => inWeek(at, begin))) })), predictionFigures(outcomes)),
        helperOf('diagnosis', begins.map((begin) => ({ from: begin, ...diagnosisFigures(confirmed.filter(({ at }) => inWeek(at, begin))) })), diagnosisFigures(confirmed)),
      ],
    };
  }

  return { getAccuracy: ({ query }, { caller }) => accuracyOf(caller.orgId, query.weeks) };
}
