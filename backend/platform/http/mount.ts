/** Puts the operations of the contract onto express: authenticate, authorise, validate, handle, answer. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { OPERATION_NAMES, operations, type Operation, type OperationName } from '#contract';
import { inputError, preconditionRequiredError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Idempotency } from './idempotency.ts';
import { fieldFaults } from './problem.ts';
import { requestIdOf } from './requestContext.ts';
import type { Caller, Handlers, JsonOperationName, RequestContext } from './route.ts';

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

function parsePart(part: 'params' | 'query' | 'body', schema: Operation['params'] | Operation['body'], value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = fieldFaults(part, result.error);
  throw inputError(faults.map((fault) => `${fault.field}: ${fault.message}`).join('; '), faults);
}

/** A filter that is misspelt would give everything, as if nothing had been asked for. */
function refuseUnknownQuery(schema: Operation['query'], query: object): void {
  if (schema === undefined) return;
  const known = Object.keys(schema.shape);
  const faults = Object.keys(query).filter((name) => !known.includes(name)).map((name) => ({ field: `query.${name}`, message: `is not known here; known are ${known.join(', ')}` }));
  if (faults.length > 0) throw inputError(faults.map((fault) => `${fault.field} ${fault.message}`).join('; '), faults);
}

/** The version that a response carries, for its ETag. */
function versionOf(body: unknown): number | null {
  return typeof body === 'object' && body !== null && 'version' in body && typeof body.version === 'number' ? body.version : null;
}

/**
 * Calls a handler with parts that were parsed by the operation's own schemas. The table pairs each
 * name with its handler and schemas, which the compiler cannot follow through a loop.
 */
type UntypedHandler = (request: { params: unknown; query: unknown; body: unknown }, context: RequestContext) => Promise<unknown>;

function isHandler(value: unknown): value is UntypedHandler {
  return typeof value === 'function';
}

function handlerOf(handlers: Handlers<JsonOperationName>, name: JsonOperationName): UntypedHandler {
  const handler: unknown = handlers[name];
  if (!isHandler(handler)) throw new Error(`operation ${name} has no handler`);
  return handler;
}

/** Mounts every operation but the live stream. */
export function mountOperations(router: Router, handlers: Handlers<JsonOperationName>, options: MountOptions): void {
  const parseJson = express.json({ limit: MAX_API_BODY, strict: false });
  for (const name of OPERATION_NAMES) {
    if (name === 'streamEvents') continue;
    const operation: Operation = operations[name];
    const handler = handlerOf(handlers, name);
    const serve: RequestHandler = async (request: Request, response: Response) => {
      const caller = await options.authenticate(request);
      options.authorize(name, caller);
      // Parsed only now: a stranger's body is not worth reading.
      if (operation.body !== undefined) await new Promise<void>((resolve, reject) => parseJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error instanceof Error ? error : new Error('the body could not be read', { cause: error })))));
      if (operation.body !== undefined && request.body === undefined) {
        throw inputError('send a JSON body with Content-Type: application/json', [{ field: 'body', message: 'is missing' }]);
      }
      refuseUnknownQuery(operation.query, request.query);
      const parts = {
        params: parsePart('params', operation.params, request.params),
        query: parsePart('query', operation.query, request.query),
        body: parsePart('body', operation.body, request.body),
      };
      const requestId = requestIdOf(response);
      const ifMatch = parseIfMatch(request.get('if-match'));
      if (operation.ifMatch === 'required' && operation.method !== 'get' && ifMatch === null) {
        throw preconditionRequiredError('send If-Match with the version that you saw (the ETag)');
      }
      const context: RequestContext = {
        requestId, caller, ifMatch, logger: options.logger.child({ requestId, operation: name, orgId: caller.orgId }),
      };
      const run = async (): Promise<{ status: number; body: unknown }> => {
        const body = await handler(parts, context);
        return { status: operation.status ?? 200, body: options.checkResponses ? operation.response.parse(body) : body };
      };
      const key = operation.method === 'post' ? request.get('idempotency-key') : undefined;
      const answer = key === undefined
        ? { ...(await run()), replayed: false }
        : await options.idempotency.once({ caller, operation: name, key, request: parts, ifMatch, shownOnce: operation.shownOnce === true }, run);
      const version = versionOf(answer.body);
      if (version !== null) response.set('ETag', `"${version}"`);
      if (answer.replayed) response.set('Idempotency-Replayed', 'true');
      response.set('Cache-Control', 'no-store');
      response.status(answer.status).type('application/json').send(await options.mask(caller, JSON.stringify(answer.body)));
    };
    router[operation.method](expressPath(operation.path), serve);
  }
}
