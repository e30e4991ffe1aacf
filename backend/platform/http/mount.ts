/** Puts the operations of the contract onto express: authenticate, authorise, validate, handle, answer. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { OPERATION_NAMES, operations, type Operation, type OperationName } from '#contract';
import { inputError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Idempotency } from './idempotency.ts';
import { createPerform } from './perform.ts';
import { requestIdOf } from './requestContext.ts';
import type { Caller, Handlers, JsonOperationName } from './route.ts';

export interface MountOptions {
  readonly authenticate: (request: Request) => Promise<Caller>;
  /** Throws when the caller may not. */
  readonly authorize: (operation: OperationName, caller: Caller) => void;
  readonly idempotency: Idempotency;
  /** An answer as the caller may read it: texts in it may name what is hidden from them. */
  readonly mask: (caller: Caller, text: string) => Promise<string>;
  readonly logger: Logger;
  /** Checks every answer against its schema; a fault of ours then shows as 500. For development and tests. */
  readonly checkResponses: boolean;
}

/** Largest body of an API request. */
export const MAX_API_BODY = '1mb';

/** `/incidents/{number}` as express writes it. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Version in `If-Match: "7"` or `W/"7"`; null when there is none. Nine digits fit PostgreSQL's integer. */
export function parseIfMatch(header: string | undefined): number | null {
  if (header === undefined) return null;
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim());
  if (match?.[1] === undefined) {
    throw inputError('If-Match is not a version of ours', [{ field: 'If-Match', message: 'must be like "7", as the ETag gave it' }]);
  }
  return Number(match[1]);
}

/** The version that a response carries, for its ETag. */
function versionOf(body: unknown): number | null {
  return typeof body === 'object' && body !== null && 'version' in body && typeof body.version === 'number' ? body.version : null;
}

/** Mounts every operation but the live stream. */
export function mountOperations(router: Router, handlers: Handlers<JsonOperationName>, options: MountOptions): void {
  const perform = createPerform(handlers, options);
  const parseJson = express.json({ limit: MAX_API_BODY, strict: false });
  for (const name of OPERATION_NAMES) {
    if (name === 'streamEvents') continue;
    const operation: Operation = operations[name];
    const serve: RequestHandler = async (request: Request, response: Response) => {
      const caller = await options.authenticate(request);
      options.authorize(name, caller);
      // Parsed only now: a stranger's body is not worth reading.
      if (operation.body !== undefined) await new Promise<void>((resolve, reject) => parseJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error instanceof Error ? error : new Error('the body could not be read', { cause: error })))));
      const key = operation.method === 'post' ? request.get('idempotency-key') : undefined;
      const answer = await perform({
        caller, name, params: request.params, query: request.query, body: request.body, ifMatch: parseIfMatch(request.get('if-match')), requestId: requestIdOf(response), ...(key === undefined ? {} : { key }),
      });
      const version = versionOf(answer.body);
      if (version !== null) response.set('ETag', `"${version}"`);
      if (answer.replayed) response.set('Idempotency-Replayed', 'true');
      response.set('Cache-Control', 'no-store');
      response.status(answer.status).type('application/json').send(await options.mask(caller, JSON.stringify(answer.body)));
    };
    router[operation.method](expressPath(operation.path), serve);
  }
}
