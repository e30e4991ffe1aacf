/** What an agent told of an order, as the result of the step that waited for it. Pure. */
import { z } from 'zod';
import { jsonValue, orderEnd, type JsonValue } from '#contract';
import type { StepResult } from './kind.ts';

const news = z.object({ order: z.string(), outcome: z.enum(['succeeded', 'failed', 'refused', 'cancelled', 'timed_out', 'interrupted', 'unknown']), end: orderEnd.nullable() });

/** JSON in a text, as it is often the whole of what a command writes. */
function jsonIn(text: string): JsonValue {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    const parsed = jsonValue.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // It only looked like JSON; its text is kept as it is.
    return null;
  }
}

/** The result; null when the data are not news of an order. */
export function resultOfNews(data: JsonValue, done: string): StepResult | null {
  const parsed = news.safeParse(data);
  if (!parsed.success) return null;
  const { outcome, end } = parsed.data;
  if (end === null || outcome === 'unknown' || outcome === 'interrupted') {
    return { kind: 'failed', unknown: true, retryable: false, error: 'the agent was lost while it worked; whether it took effect is not known. Look, then try again or go on without it' };
  }
  const output: JsonValue = { exitCode: end.exitCode, stdout: end.tail, json: jsonIn(end.tail), result: end.result };
  if (outcome === 'succeeded') return { kind: 'done', output, text: done };
  const last = end.tail.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return { kind: 'failed', retryable: outcome === 'failed' || outcome === 'timed_out', error: `${outcome === 'refused' ? 'the agent refused: ' : ''}${end.error ?? outcome}${last === '' || outcome === 'refused' ? '' : `: ${last}`}` };
}
