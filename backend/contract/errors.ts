/** The body of every answer that is not a success: RFC 9457 problem details. */
import { z } from 'zod';

export const ERROR_CODES = [
  'invalid_input',
  'unauthenticated',
  'not_allowed',
  'not_found',
  'conflict',
  'version_mismatch',
  'precondition_required',
  'too_large',
  'overloaded',
  'unavailable',
  'internal',
] as const;
export const errorCode = z.enum(ERROR_CODES);
export type ErrorCode = z.infer<typeof errorCode>;

/** One faulty field: where it is, what is wrong with it. */
export const fieldFault = z.object({ field: z.string(), message: z.string() });
export type FieldFault = z.infer<typeof fieldFault>;

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: errorCode,
  requestId: z.string(),
  errors: z.array(fieldFault).optional(),
  /** More for the code at hand, for example `permitted` states of a refused transition. */
  extra: z.record(z.string(), z.unknown()).optional(),
}).meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
