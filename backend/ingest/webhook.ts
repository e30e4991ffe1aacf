/**
 * The webhook endpoints, served straight off node:http: Express costs more than parsing twenty
 * alerts (measured, see docs/benchmarks.md), and this is the hot path.
 *
 * `POST|PUT /webhooks/<kind>/<source>`, and `/webhooks/heartbeat/<source>` with any body. Answers 202 once
 * everything in it is committed. Towards senders: 5xx asks for a repeat (Alertmanager repeats on 5xx
 * only), 4xx says that a repeat would not help; what could not be read is kept either way.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, inputError, notFoundError, overloadedError, tooLargeError, unavailableError } from '../platform/errors.ts';
import { problemOf } from '../platform/http/problem.ts';
import { requestIdFor } from '../platform/http/requestContext.ts';
import type { Logger } from '../platform/logger.ts';
import { HEARTBEAT_KIND, type ProvenDelivery, type SourceAuth, type WebhookAddress } from '../sources/index.ts';
import type { ChangeIntake } from '../catalog/index.ts';
import { isDataError } from './groupCommit.ts';
import type { Intake, IntakeResult } from './intake.ts';

export interface WebhookDeps {
  readonly auth: SourceAuth;
  readonly intake: Intake;
  /** Where the deliveries of sources of kind `change` go. */
  readonly changes: ChangeIntake;
  readonly logger: Logger;
  readonly maxBodyBytes: number;
  /** Called for a proven heartbeat; resolves when it is noted. */
  readonly onHeartbeat: (delivery: ProvenDelivery) => Promise<void>;
  readonly onRequest?: (status: number, seconds: number) => void;
}

/** What a heartbeat gives: the source was heard, and said nothing of alerts. */
const HEARD = { accepted: 0, changed: 0, repeated: 0, kept: 0, tests: 0 } as const;
const PATH = /^\/webhooks\/([a-z]+)\/([^/?]+)\/?(?:\?.*)?$/;
/** Seconds after which a sender should come again when the queue is full or the database is away. */
const RETRY_AFTER_SECONDS = 5;

function addressOf(url: string): WebhookAddress {
  const match = PATH.exec(url);
  if (match?.[1] === undefined || match[2] === undefined) throw notFoundError('post to /webhooks/grafana/<source>, /webhooks/alertmanager/<source>, /webhooks/generic/<source>, /webhooks/change/<source> or /webhooks/heartbeat/<source>');
  try {
    return { kind: match[1], source: decodeURIComponent(match[2]) };
  } catch (error) {
    throw inputError('the address is not well formed', [{ field: 'path', message: error instanceof Error ? error.message : String(error) }]);
  }
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): AppError => tooLargeError(`the body is larger than ${maxBytes} bytes; raise ingest.maxBodyBytes or lower the sender's alerts per message`);
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      reject(tooLarge());
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(inputError('the connection closed before the body was complete'));
    });
  });
}

function answer(response: ServerResponse, status: number, body: unknown, type: string, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), 'X-Content-Type-Options': 'nosniff', ...headers });
  response.end(text);
}

/** JSON nested deeper than the stack reaches; JSON.parse takes it, nothing else does. */
function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/** Turns what went wrong while storing into an answer that makes the sender come again; null when that would not help. */
function storageFault(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (isDataError(error) || isTooDeep(error)) return null;
  return unavailableError('the alerts could not be stored just now; send them again', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function refusalOf(result: IntakeResult): AppError | null {
  if (result.refusal === null) return null;
  const { field, message, deadLetter } = result.refusal;
  return inputError(`${field} ${message}; the payload is kept as dead letter ${deadLetter}`, [{ field, message }], { extra: { deadLetter } });
}

/** Makes the listener for `node:http`. */
export function createWebhookListener(deps: WebhookDeps): (request: IncomingMessage, response: ServerResponse) => void {
  const { auth, intake, changes, logger, maxBodyBytes } = deps;

  async function keepAsDeadLetter(delivery: ProvenDelivery, raw: Buffer, contentType: string | null, error: string): Promise<AppError> {
    const deadLetter = await intake.keepUnreadable(delivery, raw, contentType, error);
    return inputError(`${error}; the payload is kept as dead letter ${deadLetter}`, [{ field: 'body', message: error }], { extra: { deadLetter } });
  }

  /** Not async, so that nothing holds the body while its alerts are written: it would be copied by each collection of garbage. */
  function acceptAlerts(delivery: ProvenDelivery, body: unknown, raw: Buffer, contentType: string | null): Promise<Readonly<Record<string, unknown>>> {
    return intake.accept(delivery, body, raw, contentType).then(answerOf);
  }

  function answerOf(result: IntakeResult): Readonly<Record<string, unknown>> {
    const refusal = refusalOf(result);
    if (refusal !== null) throw refusal;
    return { accepted: result.changed + result.repeated + result.tests, changed: result.changed, repeated: result.repeated, kept: result.kept, tests: result.tests };
  }

  async function acceptChanges(delivery: ProvenDelivery, body: unknown, raw: Buffer, contentType: string | null): Promise<Readonly<Record<string, unknown>>> {
    intake.noteReception(delivery);
    const outcome = await changes.accept({ orgId: delivery.orgId, source: delivery.sourceId, actor: delivery.actor }, body);
    if (!outcome.ok) throw await keepAsDeadLetter(delivery, raw, contentType, `${outcome.fault.field} ${outcome.fault.message}`);
    return { accepted: outcome.recorded + outcome.repeated, recorded: outcome.recorded, repeated: outcome.repeated, ignored: outcome.ignored };
  }

  function acceptBody(delivery: ProvenDelivery, raw: Buffer, contentType: string | null): Promise<Readonly<Record<string, unknown>>> {
    let body: unknown;
    try {
      body = JSON.parse(raw.toString('utf8'));
    } catch (error) {
      return keepAsDeadLetter(delivery, raw, contentType, `not JSON: ${error instanceof Error ? error.message : String(error)}`).then((fault) => {
        throw fault;
      });
    }
    return delivery.kind === 'change' ? acceptChanges(delivery, body, raw, contentType) : acceptAlerts(delivery, body, raw, contentType);
  }

  /** Resolves with the body of the answer, when everything is durable. */
  async function receive(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
    const address = addressOf(request.url ?? '');
    await auth.identify(address, request.headers);
    if (intake.isFull()) throw overloadedError(`${intake.queuedAlerts()} alerts wait to be stored; send again later`, RETRY_AFTER_SECONDS);
    const raw = await readBody(request, maxBodyBytes);
    const contentType = request.headers['content-type'] ?? null;
    const delivery = await auth.authenticate(address, request.headers, raw);
    try {
      if (address.kind === HEARTBEAT_KIND) {
        await deps.onHeartbeat(delivery);
        return HEARD;
      }
      return await acceptBody(delivery, raw, contentType);
    } catch (error) {
      const fault = storageFault(error);
      // The database cannot hold this very text (a NUL character, for example): kept as bytes.
      if (fault === null) throw await keepAsDeadLetter(delivery, raw, contentType, `cannot be stored: ${error instanceof Error ? error.message : String(error)}`);
      if (fault.status >= 500) await auth.release(delivery);
      throw fault;
    }
  }

  return (request, response) => {
    const startedAt = performance.now();
    receive(request).then(
      (result) => {
        answer(response, 202, result, 'application/json');
      },
      (error: unknown) => {
        const incoming = request.headers['x-request-id'];
        const requestId = requestIdFor(typeof incoming === 'string' ? incoming : undefined);
        const fault = error instanceof AppError ? error : unavailableError('the webhook failed inside Muster; send it again', { retryAfterSeconds: RETRY_AFTER_SECONDS });
        if (fault.status >= 500 && fault.code !== 'overloaded') logger.error({ err: error, requestId, url: request.url?.split('?')[0] }, 'a webhook could not be stored');
        else logger.info({ requestId, status: fault.status, detail: fault.message, url: request.url?.split('?')[0] }, 'a webhook was refused');
        answer(response, fault.status, problemOf(fault, requestId), 'application/problem+json', {
          'X-Request-Id': requestId,
          ...(fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) }),
          // The rest of an unread body is not worth reading: the connection goes.
          ...(request.complete ? {} : { Connection: 'close' }),
        });
        if (!request.complete) request.resume();
      },
    ).finally(() => deps.onRequest?.(response.statusCode, (performance.now() - startedAt) / 1000));
  };
}
