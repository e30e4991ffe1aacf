/** What the kinds `command` and `kubernetes` need of agents; `app.ts` plugs it in. */
import type { AgentHello, OrderWork, OrgId, RunId } from '#contract';
import type { Transaction } from '../../../platform/db/database.ts';

/** A try of a step, as agents know it. */
export interface AgentStep {
  readonly orgId: OrgId;
  readonly runId: RunId;
  readonly path: string;
  readonly attempt: number;
  readonly undoing: boolean;
}

export interface AgentPort {
  /** Hands work to an agent that is there and permits it; the step is woken with what came of it. Says why not otherwise. */
  enqueue(tx: Transaction, request: {
    readonly step: AgentStep;
    readonly selector: string;
    readonly work: OrderWork;
    permits(told: AgentHello): { readonly ok: true; readonly repeatable: boolean } | { readonly ok: false; readonly why: string };
  }): Promise<{ readonly ok: true; readonly agent: string } | { readonly ok: false; readonly why: string }>;
  /** `open`: the agent is still at it. */
  stop(tx: Transaction, step: AgentStep): Promise<'ended' | 'open'>;
}
