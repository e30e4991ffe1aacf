/** What triggers did, over HTTP. */
import { incidentNumber, runbookId, runId, triggerEvent, triggerRecord } from '#contract';
import { viewerOf } from '../../../access/index.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import { decodeCursor, toPage } from '../../../platform/http/cursor.ts';
import type { Handlers } from '../../../platform/http/route.ts';
import { listRecords } from './recordStore.ts';

/** Makes the handler. */
export function createRecordHandlers(db: Queryable): Handlers<'listTriggerRecords'> {
  return {
    async listTriggerRecords({ query }, { caller }) {
      const before = decodeCursor(query.cursor, (values) => values.length === 1 && /^\d{1,18}$/.test(values[0] ?? ''));
      const rows = await listRecords(db, caller.orgId, { viewer: viewerOf(caller), runbook: query.runbook ?? null, incident: query.incident ?? null, before: before?.[0] ?? null, limit: query.limit });
      const { items, nextCursor } = toPage(rows, query.limit, (row) => [row.id]);
      return {
        nextCursor,
        items: items.map((row) => ({
          id: row.id, at: row.at.toISOString(), runbook: runbookId.parse(row.runbook), on: triggerEvent.parse(row.trigger_on),
          incident: row.incident_number === null ? null : incidentNumber.parse(row.incident_number), outcome: triggerRecord.shape.outcome.parse(row.outcome), reason: row.reason,
          run: row.run_id === null ? null : runId.parse(row.run_id),
        })),
      };
    },
  };
}
