/** Makes the calls of steps: outside of any transaction, with a limit of time and with their output stored as it comes. */
import type { Clock, Timer } from '../../../platform/clock.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { StepResult } from '../kinds/kind.ts';
import { createOutputWriter } from './output.ts';
import type { Outcome, Outward } from './turn.ts';

export interface CallerDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A step that says nothing of a limit may take so long. */
const LONGEST_CALL_MS = 3_600_000;
/** What does not heed its end is not waited for any longer. */
const GRACE_MS = 2_000;

/** Makes one call. Resolves always. */
export async function callStep(deps: CallerDeps, outward: Outward, given: AbortSignal): Promise<Outcome> {
  const { call, path, attempt, secrets, handler } = outward;
  const out = createOutputWriter(deps, { orgId: call.orgId, runId: call.runId, path, attempt }, () => secrets.masker.stream());
  const late = new AbortController();
  const timers: Timer[] = [];
  const after = (ms: number, run: () => void): void => void timers.push(deps.clock.after(ms, run));
  const left = Math.min(outward.limit === null ? LONGEST_CALL_MS : Math.max(0, outward.limit - deps.clock.nowMs()), LONGEST_CALL_MS);
  const given_up = new Promise<StepResult>((resolve) => {
    const end = (error: string, retryable: boolean): void => {
      late.abort(new Error(error));
      after(GRACE_MS, () => resolve({ kind: 'failed', error, retryable }));
    };
    after(left, () => end('took too long', true));
    if (given.aborted) end('given up', false);
    else given.addEventListener('abort', () => end('given up', false), { once: true });
  });
  async function run(): Promise<StepResult> {
    try {
      if (!('run' in handler)) throw new Error('the step makes no calls');
      const result = await handler.run(call, late.signal, out);
      return late.signal.aborted && result.kind === 'failed' ? { ...result, error: given.aborted ? 'given up' : 'took too long' } : result;
    } catch (error) {
      const message = late.signal.aborted ? (given.aborted ? 'given up' : 'took too long') : error instanceof Error ? error.message : String(error);
      if (!late.signal.aborted) deps.logger.warn({ err: error, run: call.runId, path }, 'a step of a run failed unexpectedly');
      return { kind: 'failed', error: message, retryable: true };
    }
  }
  const result = await Promise.race([run(), given_up]);
  for (const timer of timers) timer.stop();
  const { bytes, truncated } = await out.end();
  return { path, attempt, result, outputBytes: bytes, truncated };
}
