/** The live stream over HTTP. */
import type { Request, Response } from 'express';
import { logPosition } from '#contract';
import { viewerOf } from '../access/index.ts';
import type { Caller } from '../platform/http/route.ts';
import { inputError } from '../platform/errors.ts';
import type { Clock, Timer } from '../platform/clock.ts';
import type { LiveHub } from './live.ts';

/** Longest life of a stream; a revoked user drops off then at the latest. */
const MAX_STREAM_MS = 5 * 60_000;
const END_LIMIT_MS = 10_000;
/** A reader that takes nothing for so long is cut off. */
export const DRAIN_LIMIT_MS = 10_000;

/** Waits until everything written is on its way; not longer than the limit, and not for a reader that is gone. */
function drained(response: Response, clock: Clock): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  if (!response.writableNeedDrain) return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (taken: boolean): void => {
      limit.stop();
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(taken);
    };
    const onDrain = (): void => settle(true);
    const onClose = (): void => settle(false);
    const limit = clock.after(DRAIN_LIMIT_MS, onClose);
    response.once('drain', onDrain);
    response.once('close', onClose);
  });
}

/**
 * Serves `GET /api/events`. Resumes after the `Last-Event-ID` header (which browsers send by
 * themselves) or `?lastEventId=`. Ends when the caller's proof does.
 */
export function serveEventStream(hub: LiveHub, clock: Clock, caller: Caller, request: Request, response: Response): void {
  const lastEventId = request.get('last-event-id') ?? (typeof request.query['lastEventId'] === 'string' ? request.query['lastEventId'] : null);
  if (lastEventId !== null && !logPosition.safeParse(lastEventId).success) {
    throw inputError('Last-Event-ID is not a position of the event log', [{ field: 'Last-Event-ID', message: 'must be a decimal number' }]);
  }
  response.status(200);
  response.set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  response.write('retry: 1000\n\n');
  const unsubscribe = hub.subscribe(caller.orgId, viewerOf(caller), lastEventId, {
    write(chunk) {
      response.write(chunk);
      return response.writableLength;
    },
    drained: () => drained(response, clock),
    end: () => response.destroy(),
  });
  let lastResort: Timer | null = null;
  const lifeMs = Math.min(MAX_STREAM_MS, Math.max(0, caller.expiresAt.getTime() - clock.nowMs()));
  const cut = clock.after(lifeMs, () => {
    // First from the hub: what it wrote after the end would end the process.
    unsubscribe();
    response.end();
    // A reader that does not even take the end is not waited for.
    lastResort = clock.after(END_LIMIT_MS, () => response.destroy());
  });
  response.on('close', () => {
    cut.stop();
    lastResort?.stop();
    unsubscribe();
  });
}
