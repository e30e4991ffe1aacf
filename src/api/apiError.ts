/**
 * What went wrong with a call, told apart so that pages can say what to do. The service answers with problem
 * details; what lies between (Grafana, its proxy, the network) answers in ways of its own.
 */
import { problem, type ErrorCode, type FieldFault } from '#contract';

/** The service's own codes, and the ones for answers that the service did not write. */
export type ApiErrorCode =
  | ErrorCode
  /** Grafana's proxy could not reach the service (502, 504, empty body). */
  | 'unreachable'
  /** Grafana knows no such route: the app is not enabled or its service address is not set. */
  | 'not_configured'
  /** Grafana's session has ended. */
  | 'signed_out'
  /** The browser could not reach Grafana. */
  | 'offline'
  /** The answer does not follow the contract: plugin and service differ in version. */
  | 'unexpected_answer'
  /** The caller gave up. */
  | 'cancelled';

interface ApiErrorParts {
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly fields?: readonly FieldFault[];
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly requestId?: string;
  readonly cause?: unknown;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly detail: string;
  readonly fields: readonly FieldFault[];
  readonly extra: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;

  constructor(parts: ApiErrorParts) {
    super(parts.detail, { cause: parts.cause });
    this.code = parts.code;
    this.status = parts.status;
    this.detail = parts.detail;
    this.fields = parts.fields ?? [];
    this.extra = parts.extra ?? {};
    this.requestId = parts.requestId ?? null;
  }
}

/** The shape in which Grafana's HTTP client rejects. Read by hand so that a foreign error is never misread. */
interface FailedFetch {
  status: number;
  data: unknown;
  cancelled: boolean;
}

function asFailedFetch(error: unknown): FailedFetch | null {
  if (typeof error !== 'object' || error === null || !('status' in error) || typeof error.status !== 'number') {
    return null;
  }
  return {
    status: error.status,
    data: 'data' in error ? error.data : undefined,
    cancelled: 'cancelled' in error && error.cancelled === true,
  };
}

/** Turns whatever a call threw into an ApiError. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  if (error instanceof DOMException && error.name === 'AbortError') {
    return new ApiError({ code: 'cancelled', status: 0, detail: 'The request was cancelled.', cause: error });
  }
  const failed = asFailedFetch(error);
  if (failed === null) {
    return new ApiError({ code: 'offline', status: 0, detail: 'The browser could not reach Grafana.', cause: error });
  }
  if (failed.cancelled) {
    return new ApiError({ code: 'cancelled', status: failed.status, detail: 'The request was cancelled.', cause: error });
  }
  const told = problem.safeParse(failed.data);
  if (told.success) {
    const { code, detail, status, errors, extra, requestId } = told.data;
    return new ApiError({
      code, status, detail, requestId,
      ...(errors === undefined ? {} : { fields: errors }),
      ...(extra === undefined ? {} : { extra }),
      cause: error,
    });
  }
  return new ApiError({ ...withoutProblem(failed.status), status: failed.status, cause: error });
}

/** Reads a status that came without problem details, so from Grafana or its proxy rather than from the service. */
function withoutProblem(status: number): { code: ApiErrorCode; detail: string } {
  switch (status) {
    case 0:
      return { code: 'offline', detail: 'The browser could not reach Grafana.' };
    case 401:
      return { code: 'signed_out', detail: 'Your Grafana session has ended. Sign in again.' };
    case 403:
      return { code: 'not_allowed', detail: 'Grafana does not let you use this app.' };
    case 404:
      return { code: 'not_configured', detail: 'The app is not enabled here, or its service address is not set.' };
    case 499:
      return { code: 'cancelled', detail: 'The request was cancelled.' };
    case 502:
    case 503:
    case 504:
      return { code: 'unreachable', detail: 'Grafana cannot reach the Muster service.' };
    default:
      return { code: 'internal', detail: `The request failed with status ${status}.` };
  }
}

/** Whether asking again may help without anyone changing anything. */
export function isPassing(error: ApiError): boolean {
  switch (error.code) {
    case 'unreachable':
    case 'offline':
    case 'overloaded':
    case 'unavailable':
      return true;
    case 'invalid_input':
    case 'unauthenticated':
    case 'not_allowed':
    case 'not_found':
    case 'conflict':
    case 'version_mismatch':
    case 'precondition_required':
    case 'too_large':
    case 'internal':
    case 'not_configured':
    case 'signed_out':
    case 'unexpected_answer':
    case 'cancelled':
      return false;
  }
}

/** Whether somebody else was faster. */
export function isConflict(error: ApiError): boolean {
  return error.code === 'conflict' || error.code === 'version_mismatch' || error.code === 'precondition_required';
}
