/** Errors as answers: RFC 9457 problem details, from one place. */
import type { ErrorRequestHandler, Request, Response } from 'express';
import type { FieldFault, Problem } from '#contract';
import type { z } from 'zod';
import { sqlState } from '../db/database.ts';
import { AppError, inputError, tooLargeError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { pathOf, requestIdOf } from './requestContext.ts';

/** The body for an expected error. */
export function problemOf(error: AppError, requestId: string): Problem {
  return {
    type: 'about:blank',
    title: error.code.replaceAll('_', ' '),
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.fields.length === 0 ? {} : { errors: [...error.fields] }),
    ...(error.extra === undefined ? {} : { extra: { ...error.extra } }),
  };
}

/** Faults of a zod check, each with its field below `part` (`body.severity`). */
export function fieldFaults(part: string, error: z.ZodError): FieldFault[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
    return { field: `${part}${path}`, message: issue.message };
  });
}

/** What express's own parsers throw, told in our words; null for anything unknown. */
function parserError(error: unknown): AppError | null {
  if (!(error instanceof Error) || !('type' in error)) return null;
  switch (error.type) {
    case 'entity.parse.failed':
      return inputError(`the body is not JSON: ${error.message}`, [{ field: 'body', message: error.message }]);
    case 'entity.too.large':
      return tooLargeError('the body is too large');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return inputError(error.message, [{ field: 'Content-Type', message: error.message }]);
    case 'request.aborted':
      return inputError('the connection closed before the body was complete');
    default:
      return null;
  }
}

/** Writes an error as an answer; faults of ours are logged and told without detail. */
export function sendProblem(request: Request, response: Response, error: unknown, logger: Logger): void {
  const requestId = requestIdOf(response);
  const expected = error instanceof AppError ? error : (parserError(error) ?? malformedUrl(error) ?? unstorableText(error));
  if (expected === null) logger.error({ err: error, requestId, method: request.method, path: pathOf(request) }, 'a request failed inside');
  const shown = expected ?? new AppError('internal', 500, `something failed inside Muster; its log has it under ${requestId}`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (shown.retryAfterSeconds !== undefined) response.set('Retry-After', String(shown.retryAfterSeconds));
  response.status(shown.status).type('application/problem+json').send(JSON.stringify(problemOf(shown, requestId)));
}

/** Text that PostgreSQL cannot hold, such as a NUL character. */
function unstorableText(error: unknown): AppError | null {
  const state = sqlState(error);
  if (state !== '22021' && state !== '22P05') return null;
  return inputError('a text of the request has a character that cannot be stored (NUL, or half of a surrogate pair)', [{ field: 'request', message: 'has a character that cannot be stored' }]);
}

/** A path that cannot be decoded (`%zz`). */
function malformedUrl(error: unknown): AppError | null {
  return error instanceof URIError ? inputError('the address is not well formed', [{ field: 'path', message: error.message }]) : null;
}

/** The last middleware. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => sendProblem(request, response, error, logger);
}
