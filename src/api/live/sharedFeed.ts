/**
 * One stream for all tabs of a browser. An open stream holds one of the six connections that a browser allows to
 * Grafana over HTTP/1.1, so only the tab that holds the lock opens it and passes the events on. When that tab
 * closes, the lock goes to another one. Without locks (Grafana served over plain HTTP) each tab has its own stream.
 */
import { z } from 'zod';
import { liveEvent, type LiveEvent } from '#contract';
import { createLiveStream, type EventSourceLike, type LiveState } from './liveStream.ts';

const liveState = z.enum(['connecting', 'live', 'reconnecting', 'off']);
const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: liveEvent }),
  z.object({ kind: z.literal('state'), state: liveState }),
  z.object({ kind: z.literal('alerts') }),
  z.object({ kind: z.literal('gap') }),
  z.object({ kind: z.literal('hello') }),
]);
type Message = z.infer<typeof message>;

export interface SharedFeedDeps {
  /** Tells browsers of different users and organisations apart. */
  readonly scope: string;
  readonly open: (lastEventId: string | null) => EventSourceLike;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onAlerts: () => void;
  readonly onState: (state: LiveState) => void;
  readonly onGap: () => void;
}

export function startSharedFeed(deps: SharedFeedDeps): { stop(): void } {
  let lastPosition: string | null = null;
  let state: LiveState = 'connecting';
  const canShare = 'locks' in navigator && typeof BroadcastChannel !== 'undefined';
  const channel = canShare ? new BroadcastChannel(deps.scope) : null;
  const tell = (told: Message) => channel?.postMessage(told);

  function lead(): { close(): void } {
    return createLiveStream({
      open: deps.open,
      startAfter: lastPosition,
      onEvent: (event) => {
        lastPosition = event.position;
        tell({ kind: 'event', event });
        deps.onEvent(event);
      },
      onAlerts: () => {
        tell({ kind: 'alerts' });
        deps.onAlerts();
      },
      onState: (next) => {
        state = next;
        tell({ kind: 'state', state: next });
        deps.onState(next);
      },
      onGap: () => {
        tell({ kind: 'gap' });
        deps.onGap();
      },
    });
  }

  if (channel === null) {
    const stream = lead();
    return { stop: () => stream.close() };
  }

  let leading = false;
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const parsed = message.safeParse(data);
    if (!parsed.success) {
      return;
    }
    const told = parsed.data;
    switch (told.kind) {
      case 'event':
        lastPosition = told.event.position;
        deps.onEvent(told.event);
        return;
      case 'state':
        deps.onState(told.state);
        return;
      case 'alerts':
        deps.onAlerts();
        return;
      case 'gap':
        deps.onGap();
        return;
      case 'hello':
        if (leading) {
          tell({ kind: 'state', state });
        }
        return;
    }
  };

  const leaving = new AbortController();
  navigator.locks
    .request(deps.scope, { signal: leaving.signal }, async () => {
      leading = true;
      const stream = lead();
      await new Promise<void>((resolve) => {
        if (leaving.signal.aborted) {
          resolve();
        }
        leaving.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      stream.close();
      leading = false;
    })
    .catch((error: unknown) => {
      // leaving before it was our turn rejects the request; anything else means that locks do not work here
      if (!leaving.signal.aborted) {
        deps.onState('off');
        throw error;
      }
    });
  tell({ kind: 'hello' });

  return {
    stop() {
      leaving.abort();
      channel.close();
    },
  };
}
