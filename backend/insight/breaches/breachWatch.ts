/**
 * Looks ahead at the series of detectors with a limit, every ten minutes, and holds what was said before against what came. One
 * replica looks at a detector at a time; a look counts where nobody else has taken the detector since.
 */
import { hash } from 'node:crypto';
import type { ForecastId, OrgId } from '#contract';
import { QueryFault, type Readers } from '../../detection/index.ts';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { isShadow } from '../../standing/index.ts';
import {
  dropForecasts, dropOrphans, insertForecast, markForecastTold, noteLook, openForecasts, othersComputeMs, settleForecast, takeDueWatch, updateForecast, type DueBreachWatch, type OpenForecast,
} from './breachStore.ts';
import { lookAhead, type SeenAhead, type SeenSeries } from './lookAhead.ts';
import { naiveChances } from './naive.ts';
import { isNamed, toTimes, type Outlook } from './outlook.ts';

export interface BreachDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly readers: Readers;
}

const EVERY_MS = 10 * 60_000;
/** The reckoning of all looks together takes no more than this share of the time: with more of it, they come less often. */
const MOST_SHARE = 0.1;
/** Longer than a look takes: of a thousand series three dozen questions, each mostly of a second, and half a minute of reckoning. Should one take longer, it counts for nothing. */
const LEASE_MS = 300_000;
const LOOKS_A_ROUND = 50;
/** After a breach, or one that did not come, a series is left alone for so long: at the limit it would cross again and again. */
const REST_MS = 3_600_000;
/** What gives no values for so long after its time is never known. */
const UNKNOWN_AFTER_MS = 86_400_000;

function askedOf({ query, stepSeconds, threshold }: DueBreachWatch['definition']): string {
  return hash('sha256', JSON.stringify([query, stepSeconds, threshold]), 'hex').slice(0, 16);
}

function outcomeOf(forecast: OpenForecast, seen: SeenSeries | undefined): { readonly outcome: 'sooner' | 'inside' | 'later'; readonly crossedMs: number | null } | null {
  const crossedMs = seen?.crossedAfter(forecast.madeAt.getTime()) ?? null;
  if (crossedMs !== null) return { outcome: crossedMs < forecast.saidEarliest.getTime() ? 'sooner' : crossedMs <= forecast.saidUntil.getTime() ? 'inside' : 'later', crossedMs };
  // By what the values say, not by the clock: they come late.
  return seen?.outlook != null && seen.outlook.atMs > forecast.saidUntil.getTime() ? { outcome: 'later', crossedMs: null } : null;
}

/** Makes it. Gives how many detectors were looked at. */
export function createBreachLook({ db, clock, readers }: BreachDeps): (orgId: OrgId) => Promise<number> {
  async function keep(tx: Transaction, orgId: OrgId, due: DueBreachWatch, series: readonly SeenSeries[], at: Date): Promise<NewEvent[]> {
    const { detector, definition, isAlerting } = due;
    const asked = askedOf(definition);
    const isAllowed = isAlerting && !(await isShadow(tx, orgId, 'forecast'));
    const events: NewEvent[] = [];
    const known = await openForecasts(tx, orgId, detector, new Date(at.getTime() - REST_MS));
    const isStale = ({ asked: then, saidUntil }: OpenForecast): boolean => then !== asked || saidUntil.getTime() < at.getTime() - UNKNOWN_AFTER_MS;
    const seenOf = new Map(series.map((one) => [one.key, one]));
    const dropped = known.open.filter((forecast) => isStale(forecast) && (forecast.asked !== asked || outcomeOf(forecast, seenOf.get(forecast.key)) === null));
    await dropForecasts(tx, orgId, dropped.map(({ id }) => id));
    const openOf = new Map(known.open.filter((forecast) => !dropped.includes(forecast)).map((forecast) => [forecast.key, forecast]));
    const tell = async (id: ForecastId, { labels, outlook }: SeenSeries, breach: NonNullable<Outlook['breach']>): Promise<void> => {
      await markForecastTold(tx, orgId, id, at);
      const service = definition.service ?? labels['service'] ?? null;
      events.push({ type: 'forecast.warned', incident: null, actor: SYSTEM_ACTOR, data: {
        id, detector, name: definition.name, service, labels, limit: definition.threshold.value, side: definition.threshold.side, value: outlook?.value ?? null, ...toTimes(breach), minutes: Math.max(0, Math.round((breach.medianMs - at.getTime()) / 60_000)),
      } });
    };
    const settled = new Set<string>();
    for (const forecast of openOf.values()) {
      const came = outcomeOf(forecast, seenOf.get(forecast.key));
      if (came === null) continue;
      settled.add(forecast.key);
      await settleForecast(tx, orgId, forecast.id, came.outcome, came.crossedMs === null ? null : new Date(came.crossedMs), at);
      if (forecast.isTold) events.push({ type: 'forecast.ended', incident: null, actor: SYSTEM_ACTOR, data: { id: forecast.id, detector, name: definition.name, outcome: came.outcome } });
    }
    for (const seen of series) {
      const { key, labels, outlook } = seen;
      if (outlook === null || settled.has(key)) continue;
      const { value, breach } = outlook;
      const open = openOf.get(key);
      if (open !== undefined) {
        await updateForecast(tx, orgId, open.id, value, breach, at);
        if (isNamed(breach) && isAllowed && !open.isTold) await tell(open.id, seen, breach);
        continue;
      }
      if (!isNamed(breach) || known.resting.has(key)) continue;
      const said = [breach.earliestMs, breach.medianMs, breach.latestMs];
      const id = await insertForecast(tx, orgId, {
        detector, name: definition.name, key, labels, service: definition.service ?? labels['service'] ?? null, asked, threshold: definition.threshold, value, breach, naive: naiveChances(outlook, definition.threshold, said),
      }, at);
      if (isAllowed) await tell(id, seen, breach);
    }
    return events;
  }

  async function lookAt(orgId: OrgId, due: DueBreachWatch): Promise<void> {
    let seen: SeenAhead | null = null;
    let error: string | null = null;
    try {
      seen = await lookAhead(readers, orgId, due.definition, clock.nowMs());
    } catch (fault) {
      if (!(fault instanceof QueryFault)) throw fault;
      error = fault.message;
    }
    const at = clock.now();
    const computeMs = seen?.computeMs ?? null;
    const allMs = (computeMs ?? 0) + (await othersComputeMs(db, due, orgId));
    const dueAt = new Date(at.getTime() + Math.max(EVERY_MS, allMs / MOST_SHARE));
    await db.transaction(async (tx) => {
      if (!(await noteLook(tx, orgId, due, { at, dueAt, computeMs, error })) || seen === null) return;
      await appendEvents(tx, orgId, at, await keep(tx, orgId, due, seen.series, at));
    });
  }

  return async (orgId) => {
    await dropOrphans(db, orgId);
    let looks = 0;
    for (; looks < LOOKS_A_ROUND; looks += 1) {
      const due = await takeDueWatch(db, orgId, clock.now(), LEASE_MS);
      if (due === null) break;
      await lookAt(orgId, due);
    }
    return looks;
  };
}
