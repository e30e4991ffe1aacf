/** Errors that answer a caller. Everything else is a fault: logged, and told as "internal". */
import type { ErrorCode, FieldFault } from '#contract';

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly fields?: readonly FieldFault[];
  /** More for the caller; never a secret. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Seconds after which trying again makes sense (`Retry-After`). */
  readonly retryAfterSeconds?: number;
}

/** An expected failure with a code, an HTTP status and a sentence for the caller. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: readonly FieldFault[];
  readonly extra: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, status: number, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = status;
    this.fields = options.fields ?? [];
    this.extra = options.extra;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** 400: what came in is wrong; name the field. */
export function inputError(message: string, fields: readonly FieldFault[] = [], options: AppErrorOptions = {}): AppError {
  return new AppError('invalid_input', 400, message, { ...options, fields });
}
/** 403 towards Grafana (its client retries on 401), 401 only on the webhook side. */
export function authenticationError(message: string, status: 401 | 403 = 403, options: AppErrorOptions = {}): AppError {
  return new AppError('unauthenticated', status, message, options);
}
export function notAllowedError(message: string, options: AppErrorOptions = {}): AppError {
  return new AppError('not_allowed', 403, message, options);
}
export function notFoundError(message: string, options: AppErrorOptions = {}): AppError {
  return new AppError('not_found', 404, message, options);
}
/** 409: the present state does not permit it. */
export function conflictError(message: string, options: AppErrorOptions = {}): AppError {
  return new AppError('conflict', 409, message, options);
}
/** 412: somebody changed it since it was read. */
export function versionMismatchError(message: string, options: AppErrorOptions = {}): AppError {
  return new AppError('version_mismatch', 412, message, options);
}
export function preconditionRequiredError(message: string): AppError {
  return new AppError('precondition_required', 428, message);
}
export function tooLargeError(message: string): AppError {
  return new AppError('too_large', 413, message);
}
/** 503: shed load before it is lost; the sender comes again. */
export function overloadedError(message: string, retryAfterSeconds: number): AppError {
  return new AppError('overloaded', 503, message, { retryAfterSeconds });
}
export function unavailableError(message: string, options: AppErrorOptions = {}): AppError {
  return new AppError('unavailable', 503, message, options);
}
