/** Failures of calls, told as results of steps. */
import { AppError } from '../../../platform/errors.ts';
import { OutboundError } from '../../../platform/outbound/outboundError.ts';
import { GrafanaCallError } from '../../../sources/index.ts';
import type { StepResult } from './kind.ts';

/** A failure after which another try makes no sense, unless said otherwise. */
export function failed(error: string, retryable = false): StepResult {
  return { kind: 'failed', error, retryable };
}

/** Whether a server that answers so may answer better later. */
export function mayRecover(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

const DENIED = 'not called, since the installation does not allow it';

/** What a thrown error of a call means for the step. Anything unexpected is thrown on. */
export function failureOf(error: unknown): StepResult {
  if (error instanceof OutboundError) return failed(error.reason === 'denied' ? `${DENIED}: ${error.message}` : error.message, error.retryable);
  if (error instanceof GrafanaCallError) {
    const isPassing = error.fault === 'unreachable' || error.fault === 'throttled' || (error.fault === 'failed' && error.status !== null && mayRecover(error.status));
    return failed(error.message, isPassing);
  }
  // A refusal of the incident or the silence: decided before anything was written.
  if (error instanceof AppError) return failed(error.message, error.code === 'unavailable' || error.code === 'overloaded');
  throw error;
}
