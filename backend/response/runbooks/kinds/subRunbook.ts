/** Step kind `subRunbook`: a run of its own, of the version that is live when the step begins. */
import { runId, runState, type JsonValue, type RunbookId, type RunId } from '#contract';
import { z } from 'zod';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Transaction } from '../../../platform/db/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { KindHandler, StepCall } from './kind.ts';

export interface SubRunbookDeps {
  /** Starts a run that is part of the calling one. */
  startChild(tx: Transaction, call: StepCall, runbook: RunbookId, inputs: Readonly<Record<string, JsonValue>>): Promise<{ readonly run: RunId; readonly events: readonly NewEvent[] }>;
  /** Cancels it. Gives whether it has ended already. */
  cancelChild(tx: Transaction, call: StepCall, run: RunId): Promise<'ended' | 'open'>;
}

const keptShape = z.object({ run: runId });
const endedShape = z.object({ run: runId, state: runState });

/** The kind, over the runs. */
export function createSubRunbookKind({ startChild, cancelChild }: SubRunbookDeps): KindHandler<'subRunbook'> {
  return {
    kind: 'subRunbook', effect: 'own',
    describe: ({ runbook }) => `Runs the runbook ${runbook} and waits for its end`,
    requests: () => [],
    example: () => ({ run: '1', state: 'succeeded' }),
    async apply(tx, call) {
      try {
        const { run, events } = await startChild(tx, call, call.with.runbook, call.with.inputs);
        return { result: { kind: 'waits', for: 'run', until: null, look: null, kept: { run } }, events };
      } catch (error) {
        if (error instanceof AppError) return { result: { kind: 'failed', error: [error.message, ...error.fields.map(({ field, message }) => `${field} ${message}`)].join('; '), retryable: error.status === 409 } };
        throw error;
      }
    },
    async resume(_tx, _call, kept, wake) {
      const { run } = keptShape.parse(kept);
      if (wake.by === 'time') return { result: { kind: 'waits', for: 'run', until: null, look: null, kept } };
      const { state } = endedShape.parse(wake.data);
      if (state === 'succeeded') return { result: { kind: 'done', output: { run, state }, text: `run ${run} succeeded` } };
      return { result: { kind: 'failed', error: `run ${run} ended as ${state.replace('_', ' ')}`, retryable: false } };
    },
    stop: (tx, call, kept) => cancelChild(tx, call, keptShape.parse(kept).run),
  };
}
