/** What people do about deliveries: send a test, replay what could not be read. */
import { conflictError, notFoundError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { ChangeIntake } from '../catalog/index.ts';
import { appendEvents } from '../eventlog/index.ts';
import { getDeadLetter, markReplayed, selectSource } from '../sources/index.ts';
import type { Intake, PayloadOrigin } from './intake.ts';
import { sendTestAlert, type TestAlertDeps } from './testAlert.ts';

export interface IngestRoutesDeps extends TestAlertDeps {
  readonly intake: Intake;
  readonly changes: ChangeIntake;
}

function replayedBefore(id: string, at: Date): Error {
  return conflictError(`dead letter ${id} was replayed already, or discarded`, { extra: { replayedAt: at.toISOString() } });
}

/** Makes the handlers. */
export function createIngestHandlers(deps: IngestRoutesDeps): Handlers<'sendTestAlert' | 'replayDeadLetter'> {
  const { db, clock, intake, changes } = deps;

  async function replay(payload: Buffer, origin: PayloadOrigin): Promise<{ alerts: number; error: string | null; field: string | null }> {
    let body: unknown;
    try {
      body = JSON.parse(payload.toString('utf8'));
    } catch (error) {
      return { alerts: 0, error: `not JSON: ${error instanceof Error ? error.message : String(error)}`, field: null };
    }
    if (origin.kind === 'change') {
      const outcome = await changes.accept({ orgId: origin.orgId, source: origin.sourceId, actor: origin.actor }, body);
      return outcome.ok
        ? { alerts: 0, error: null, field: null }
        : { alerts: 0, error: `${outcome.fault.field} ${outcome.fault.message}`, field: outcome.fault.field };
    }
    const result = await intake.replay(origin, body);
    return { alerts: result.changed + result.repeated, error: result.error, field: result.field };
  }

  return {
    sendTestAlert: ({ params }, { caller }) => sendTestAlert(deps, caller.orgId, params.source),
    async replayDeadLetter({ params }, { caller }) {
      const letter = await getDeadLetter(db, caller.orgId, params.id);
      if (letter === null) throw notFoundError(`dead letter ${params.id} does not exist`);
      if (letter.replayedAt !== null) throw replayedBefore(params.id, letter.replayedAt);
      const source = await selectSource(db, caller.orgId, letter.sourceId);
      const outcome = await replay(letter.payload, {
        orgId: caller.orgId, sourceId: letter.sourceId, tokenId: null, actor: caller.actor, receivedAt: letter.receivedAt,
        ...(source === null ? {} : { kind: source.kind, rules: source.rules }),
      });
      await db.transaction(async (tx) => {
        const at = clock.now();
        // Two people at once: taking it in twice does no harm, and one of them is told of it.
        if (!(await markReplayed(tx, caller.orgId, params.id, { at, error: outcome.error, field: outcome.field }))) throw replayedBefore(params.id, at);
        if (outcome.error !== null) return;
        await appendEvents(tx, caller.orgId, at, [{
          type: 'dead_letter.replayed', incident: null, actor: caller.actor, data: { id: params.id, source: letter.sourceId, alerts: outcome.alerts },
        }]);
      });
      return { replayed: outcome.error === null, alerts: outcome.alerts, error: outcome.error };
    },
  };
}
