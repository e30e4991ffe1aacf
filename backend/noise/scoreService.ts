/** The noise scores: worked out now and then, read often. */
import type { NoiseScore, NoiseScoreOrder, OrgId } from '#contract';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { noiseScoreOf, shareOf } from './score.ts';
import { selectRuleFigures, workedOutAt, workOutDays, type RuleRow } from './scoreStore.ts';

export interface ScoreService {
  /** Rules of the last days in an order. */
  list(orgId: OrgId, days: number, order: NoiseScoreOrder): Promise<{ readonly scores: NoiseScore[]; readonly from: Date; readonly to: Date }>;
  /** Works out the days in which alerts still change; all of them the first time. */
  refresh(orgId: OrgId): Promise<void>;
}

const DAY_MS = 86_400_000;
/** Alerts of these days may still end or be acted on. */
const UNSETTLED_DAYS = 2;
const KEPT_DAYS = 30;

function webAddress(value: string | null): string | null {
  return value !== null && /^https?:\/\//i.test(value) ? value : null;
}

function toScore(row: RuleRow): NoiseScore {
  return {
    name: row.name, source: row.source, alerts: row.alerts, incidents: row.incidents, autoResolvedShare: shareOf(row.autoResolved, row.ended),
    noActionShare: shareOf(row.noAction, row.inIncidents), flaps: row.flaps, heldBack: row.heldBack, score: noiseScoreOf(row), ruleUrl: webAddress(row.ruleUrl),
  };
}

function rank(order: NoiseScoreOrder, a: NoiseScore, b: NoiseScore): number {
  switch (order) {
    case 'score':
      return b.score - a.score;
    case 'incidents':
      return b.incidents - a.incidents;
  }
}

/** Use cases over a database. */
export function createScoreService({ db, clock }: { readonly db: Database; readonly clock: Clock }): ScoreService {
  async function refresh(orgId: OrgId): Promise<void> {
    const last = await workedOutAt(db, orgId);
    const to = clock.now();
    const days = last === null ? KEPT_DAYS : Math.min(KEPT_DAYS, UNSETTLED_DAYS + Math.ceil((to.getTime() - last.getTime()) / DAY_MS));
    await db.transaction((tx) => workOutDays(tx, orgId, new Date(to.getTime() - days * DAY_MS), to));
  }
  return {
    refresh,
    async list(orgId, days, order) {
      if ((await workedOutAt(db, orgId)) === null) await refresh(orgId);
      const to = (await workedOutAt(db, orgId)) ?? clock.now();
      const from = new Date(Date.parse(to.toISOString().slice(0, 10)) - (days - 1) * DAY_MS);
      const scores = (await selectRuleFigures(db, orgId, from)).map(toScore);
      scores.sort((a, b) => rank(order, a, b) || b.alerts - a.alerts || a.name.localeCompare(b.name));
      return { scores, from, to };
    },
  };
}
