/** Small shapes that runbooks are written with: names, durations, templates, conditions. */
import { z } from 'zod';

/** Name of a runbook, a part of its address: `restart-service`. */
export const runbookId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/, 'use 1 to 60 lower-case letters, digits and dashes').brand<'RunbookId'>();
export type RunbookId = z.infer<typeof runbookId>;

/** Name of a step, an input or a secret; expressions use it, so it is written as CEL writes names. */
export const fieldName = z.string().regex(/^[a-z][a-zA-Z0-9_]{0,39}$/, 'use letters, digits and underscores, a small letter first, 40 at most');

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** Milliseconds of a duration as runbooks write it (`500ms`, `30s`, `5m`, `2h`, `7d`); null when it is none. */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || (unit !== 'ms' && unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd')) return null;
  return Math.round(Number(amount) * UNIT_MS[unit]);
}

/** `30s`, `5m`, `2h`, `7d`. */
export const duration = z.string().regex(DURATION, 'is a duration, such as 500ms, 30s, 5m, 2h or 7d');

/** Text in which `{{ inputs.host }}` is filled in; `{{ inputs.host | url }}` escapes (`url`, `json`, `shell`). An unknown name is a fault. */
export const template = z.string().max(20_000);
/** A template that may not be empty. */
export const filledTemplate = template.min(1);
/** A condition in CEL: `steps.check.output.status == 200`. */
export const condition = z.string().min(1).max(4_000);
/** An expression in CEL that gives any value. */
export const expression = z.string().min(1).max(4_000);

/** Any JSON value. */
export const jsonValue: z.ZodType<JsonValue> = z.lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(jsonValue), z.record(z.string(), jsonValue)])).meta({ id: 'JsonValue' });
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
