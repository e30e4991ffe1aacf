/** An id for each request, and one log line when it is done. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../logger.ts';

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{8,100}$/;

/** The id that the answer carries as `X-Request-Id`. */
export function requestIdOf(response: Response): string {
  const id = response.getHeader('x-request-id');
  return typeof id === 'string' ? id : 'unknown';
}

/** The id for a request: a sane one that came in is kept. */
export function requestIdFor(incoming: string | undefined): string {
  return incoming !== undefined && SANE_REQUEST_ID.test(incoming) ? incoming : randomUUID();
}

/** The whole path, also within a router that is mounted below one; without the query, which may hold secrets. */
export function pathOf(request: Request): string {
  return request.originalUrl.split('?', 1)[0] ?? '';
}

/** Gives each request an id (a sane one that came in is kept) and logs method, path, status and duration; never the query. */
export function requestContext(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = requestIdFor(request.get('x-request-id'));
    response.set('X-Request-Id', requestId);
    const startedAt = performance.now();
    // Not `finish`: that never comes for a caller who went away.
    response.on('close', () => {
      const line = {
        requestId, method: request.method, path: pathOf(request), status: response.statusCode, ms: Math.round(performance.now() - startedAt),
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      if (response.statusCode < 400) logger.debug(line, 'request');
      else logger.info(line, 'request refused or failed');
    });
    next();
  };
}
