/** Carries out operations of the API, whoever asks and however: checked, once for a key, answered as the contract says. */
import { operations, type Operation } from '#contract';
import { inputError, preconditionRequiredError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Idempotency } from './idempotency.ts';
import { isNestedDeeper } from './nesting.ts';
import { fieldFaults } from './problem.ts';
import type { Caller, Handlers, JsonOperationName, RequestContext } from './route.ts';

/** No body needs more; much more is too much for the stack of whoever goes through it. */
const MOST_LEVELS = 64;

function parsePart(part: 'params' | 'query' | 'body', schema: Operation['params'] | Operation['body'], value: unknown): unknown {
  if (schema === undefined) return undefined;
  if (isNestedDeeper(value, MOST_LEVELS)) throw inputError(`${part} is nested too deeply`, [{ field: part, message: `must not be nested more than ${MOST_LEVELS} levels deep` }]);
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

export interface PerformOptions {
  readonly idempotency: Idempotency;
  readonly logger: Logger;
  /** Checks every answer against its schema; a fault of ours then shows as an error. For development and tests. */
  readonly checkResponses: boolean;
}

/** A call of an operation by somebody proven, who may call it. */
export interface OperationCall {
  readonly caller: Caller;
  readonly name: JsonOperationName;
  readonly params?: unknown;
  readonly query?: object;
  readonly body?: unknown;
  readonly ifMatch: number | null;
  /** The same call with the same key is carried out once. */
  readonly key?: string;
  readonly requestId: string;
}

export interface Performed {
  readonly status: number;
  readonly body: unknown;
  readonly replayed: boolean;
}

/** Makes it over the handlers of all operations. Throws `AppError` for what is refused. */
export function createPerform(handlers: Handlers<JsonOperationName>, options: PerformOptions): (call: OperationCall) => Promise<Performed> {
  return async ({ caller, name, params, query = {}, body, ifMatch, key, requestId }) => {
    const operation: Operation = operations[name];
    const handler = handlerOf(handlers, name);
    if (operation.body !== undefined && body === undefined) throw inputError('send a JSON body with Content-Type: application/json', [{ field: 'body', message: 'is missing' }]);
    refuseUnknownQuery(operation.query, query);
    const parts = { params: parsePart('params', operation.params, params), query: parsePart('query', operation.query, query), body: parsePart('body', operation.body, body) };
    if (operation.ifMatch === 'required' && operation.method !== 'get' && ifMatch === null) throw preconditionRequiredError('send If-Match with the version that you saw (the ETag)');
    const context: RequestContext = { requestId, caller, ifMatch, logger: options.logger.child({ requestId, operation: name, orgId: caller.orgId }) };
    const run = async (): Promise<{ status: number; body: unknown }> => {
      const answer = await handler(parts, context);
      return { status: operation.status ?? 200, body: options.checkResponses ? operation.response.parse(answer) : answer };
    };
    return key === undefined ? { ...(await run()), replayed: false } : options.idempotency.once({ caller, operation: name, key, request: parts, ifMatch, shownOnce: operation.shownOnce === true }, run);
  };
}
