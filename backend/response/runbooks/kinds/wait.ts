/** Step kinds `wait` and `waitUntil`: they hold nothing while they wait. */
import { parseDuration } from '#contract';
import { z } from 'zod';
import { holds } from '../format/index.ts';
import type { KindHandler, StepCall, StepResult } from './kind.ts';

const LEAST_EVERY_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 30 * 60_000;
const keptShape = z.object({ until: z.number() });

/** Waits for a time. */
export const waitKind: KindHandler<'wait'> = {
  kind: 'wait', effect: 'none',
  describe: (filled) => `Waits ${filled.for}`,
  requests: () => [],
  example: () => null,
  async apply(_tx, call) {
    const length = parseDuration(call.with.for.trim());
    if (length === null) return { result: { kind: 'failed', error: `"${call.with.for}" is no duration, such as 30s or 5m`, retryable: false } };
    const until = new Date(call.now.getTime() + length);
    return { result: { kind: 'waits', for: 'time', until, look: until, kept: { until: until.getTime() } } };
  },
  async resume(_tx, call, given) {
    const { until } = keptShape.parse(given);
    if (until > call.now.getTime()) return { result: { kind: 'waits', for: 'time', until: new Date(until), look: new Date(until), kept: { until } } };
    return { result: { kind: 'done', output: null } };
  },
};

function lookNow(call: StepCall<'waitUntil'>, until: number): StepResult {
  const now = call.now.getTime();
  try {
    if (holds(call.with.condition, call.scope)) return { kind: 'done', output: { held: true }, text: 'the condition holds' };
  } catch (error) {
    return { kind: 'failed', error: `the condition cannot be told: ${error instanceof Error ? error.message : String(error)}`, retryable: true };
  }
  if (now >= until) {
    return call.with.otherwise === 'continue'
      ? { kind: 'done', output: { held: false }, text: 'the time is up, and the condition does not hold' }
      : { kind: 'failed', error: 'the time is up, and the condition does not hold', retryable: true };
  }
  const every = Math.max(LEAST_EVERY_MS, parseDuration(call.with.every) ?? LEAST_EVERY_MS);
  return { kind: 'waits', for: 'condition', until: new Date(until), look: new Date(Math.min(until, now + every)), kept: { until } };
}

/** Waits for a condition. */
export const waitUntilKind: KindHandler<'waitUntil'> = {
  kind: 'waitUntil', effect: 'none',
  describe: ({ condition, every }) => `Waits until ${condition}, looking every ${every}`,
  requests: () => [],
  example: () => ({ held: true }),
  apply: async (_tx, call) => ({ result: lookNow(call, call.now.getTime() + (parseDuration(call.with.timeout) ?? DEFAULT_TIMEOUT_MS)) }),
  resume: async (_tx, call, given) => ({ result: lookNow(call, keptShape.parse(given).until) }),
};
