/** What agents need from modules beside them; `app.ts` plugs it in. */
import type { JsonValue, OrgId, RunId } from '#contract';
import type { Transaction } from '../../platform/db/database.ts';

/** The step for which an agent works. */
export interface OrderStep {
  readonly orgId: OrgId;
  readonly runId: RunId;
  readonly path: string;
  readonly attempt: number;
  readonly undoing: boolean;
}

export interface AgentPorts {
  /** A waiting step is looked at again, with what the agent told. Part of the transaction. */
  wake(tx: Transaction, orgId: OrgId, runId: RunId, path: string, data: JsonValue): Promise<void>;
  /** A value without the secrets of the run. */
  mask(step: OrderStep, value: JsonValue): Promise<JsonValue>;
  /** Keeps what the step wrote; masks and cuts it. */
  recordOutput(step: OrderStep, pieces: readonly { readonly stream: 'out' | 'err'; readonly text: string }[]): Promise<void>;
}
