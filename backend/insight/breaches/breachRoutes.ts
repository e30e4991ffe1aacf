/** Forecasts of limits over HTTP. */
import type { AttachedRunbook, BreachForecast, BreachTimes } from '#contract';
import { QueryFault, type Readers } from '../../detection/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { inputError, notFoundError, overloadedError } from '../../platform/errors.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import type { Handlers } from '../../platform/http/route.ts';
import { isShadow } from '../../standing/index.ts';
import type { AttachedTo } from '../attached.ts';
import { findLimited, findLook, selectForecasts, type ForecastRow } from './breachStore.ts';
import { lookAhead } from './lookAhead.ts';
import { toForecastSeries } from './outlook.ts';

export type BreachOperation = 'listForecasts' | 'getForecastChart' | 'previewForecast';

/** Series of a preview at most, and those of which they are the nearest to a breach: people wait for it. */
const MOST_SHOWN = 6;
const MOST_RECKONED = 100;
/** Looks ahead for people at one time in this process: each keeps a core busy for up to seconds. */
const MOST_AT_ONCE = 3;
const RETRY_AFTER_SECONDS = 3;

function timesOf({ earliest, at, latest }: ForecastRow['said']): BreachTimes {
  return { earliest: earliest.toISOString(), at: at.toISOString(), latest: latest?.toISOString() ?? null };
}

function toForecast(row: ForecastRow, runbooks: readonly AttachedRunbook[]): BreachForecast {
  return {
    id: row.id, detector: row.detector, name: row.name, service: row.service, labels: row.labels, threshold: row.threshold, value: row.value, since: row.madeAt.toISOString(), updatedAt: row.updatedAt.toISOString(),
    expected: timesOf(row.expected), said: timesOf(row.said), state: row.state, crossedAt: row.crossedAt?.toISOString() ?? null, endedAt: row.endedAt?.toISOString() ?? null,
    runbooks: [...runbooks],
  };
}

/** Makes the handlers. */
export function createBreachHandlers({ db, clock, readers, attachedTo }: { readonly db: Database; readonly clock: Clock; readonly readers: Readers; readonly attachedTo: AttachedTo }): Handlers<BreachOperation> {
  let going = 0;

  async function looking(field: string, ...asked: Parameters<typeof lookAhead>): ReturnType<typeof lookAhead> {
    if (going >= MOST_AT_ONCE) throw overloadedError(`${going} others look ahead just now`, RETRY_AFTER_SECONDS);
    going += 1;
    try {
      return await lookAhead(...asked);
    } catch (error) {
      if (error instanceof QueryFault) throw inputError(error.message, [{ field, message: error.message }]);
      throw error;
    } finally {
      going -= 1;
    }
  }

  return {
    async listForecasts({ query }, { caller }) {
      const before = decodeCursor(query.cursor, ([id, ...rest]) => /^\d{1,18}$/.test(id ?? '') && rest.length === 0);
      const rows = await selectForecasts(db, caller.orgId, { detector: query.detector ?? null, service: query.service ?? null, state: query.state, before: before?.[0] ?? null, limit: query.limit });
      const attached = await attachedTo(caller, 'forecast', rows.map(({ id }) => id));
      const look = query.detector === undefined ? null : await findLook(db, caller.orgId, query.detector);
      return {
        ...toPage(rows.map((row) => toForecast(row, attached.get(row.id) ?? [])), query.limit, ({ id }) => [id]),
        look: look === null ? null : { at: look.at?.toISOString() ?? null, error: look.error },
        shadow: await isShadow(db, caller.orgId, 'forecast'),
      };
    },
    async getForecastChart({ params }, { caller }) {
      const [found] = await selectForecasts(db, caller.orgId, { id: params.id, detector: null, service: null, state: 'all', before: null, limit: 1 });
      const definition = found === undefined ? null : await findLimited(db, caller.orgId, found.detector);
      if (found === undefined || definition === null) throw notFoundError('there is no such forecast, or its detector is gone or has no limit any more');
      const { series: [seen] } = await looking('params.id', readers, caller.orgId, { ...definition, threshold: found.threshold }, clock.nowMs(), { only: found.key });
      if (seen === undefined || seen.outlook === null) throw notFoundError('the series of this forecast gives no values now');
      return { ...toForecastSeries(seen.labels, seen.outlook), threshold: found.threshold };
    },
    async previewForecast({ body }, { caller }) {
      const { series: seen, total } = await looking('body.query', readers, caller.orgId, body, clock.nowMs(), { most: MOST_RECKONED });
      const series = seen.flatMap(({ labels, outlook }) => (outlook === null ? [] : [{ labels, outlook }]));
      series.sort((a, b) => (a.outlook.breach?.medianMs ?? Number.MAX_VALUE) - (b.outlook.breach?.medianMs ?? Number.MAX_VALUE));
      return { series: series.slice(0, MOST_SHOWN).map(({ labels, outlook }) => toForecastSeries(labels, outlook)), seriesTotal: total, leftOut: total - seen.length };
    },
  };
}
