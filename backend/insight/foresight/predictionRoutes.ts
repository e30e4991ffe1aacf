/** Predictions over HTTP. */
import { incidentNumber, type AttachedRunbook, type Prediction } from '#contract';
import { viewerOf } from '../../access/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { decodeCursor, toPage } from '../../platform/http/cursor.ts';
import type { Handlers } from '../../platform/http/route.ts';
import { isShadow } from '../../standing/index.ts';
import type { AttachedTo } from '../attached.ts';
import { selectPredictions, type PredictionRow } from './predictionStore.ts';

function toPrediction(row: PredictionRow, runbooks: readonly AttachedRunbook[]): Prediction {
  return {
    id: row.id, service: row.service, probability: row.probability, reasons: [...row.reasons], since: row.warnedAt.toISOString(), updatedAt: row.updatedAt.toISOString(), until: row.untilAt.toISOString(),
    state: row.state, incident: row.incident === null ? null : incidentNumber.parse(row.incident), endedAt: row.outcomeAt?.toISOString() ?? null, runbooks: [...runbooks],
  };
}

/** Makes the handler. */
export function createPredictionHandlers({ db, clock, attachedTo }: { readonly db: Queryable; readonly clock: Clock; readonly attachedTo: AttachedTo }): Handlers<'listPredictions'> {
  return {
    async listPredictions({ query }, { caller }) {
      const before = decodeCursor(query.cursor, ([id, ...rest]) => /^\d{1,18}$/.test(id ?? '') && rest.length === 0);
      const rows = await selectPredictions(db, caller.orgId, viewerOf(caller), { state: query.state, service: query.service ?? null, before: before?.[0] ?? null, now: clock.now(), limit: query.limit });
      const attached = await attachedTo(caller, 'prediction', rows.map(({ id }) => id));
      return { ...toPage(rows.map((row) => toPrediction(row, attached.get(row.id) ?? [])), query.limit, ({ id }) => [id]), shadow: await isShadow(db, caller.orgId, 'prediction') };
    },
  };
}
