/**
 * One server-sent event stream that does not give up. The browser resumes a dropped stream by itself, with
 * Last-Event-ID; a stream that was refused (Grafana restarts, the service is away) it abandons, and then the
 * stream is opened anew here, told by query where to go on.
 */
import { ALERTS_CHANGED, EVENT_TYPES, liveEvent, type LiveEvent } from '#contract';

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'off';

/** The part of EventSource that is used. */
export interface EventSourceLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
}

export interface LiveStreamDeps {
  readonly open: (lastEventId: string | null) => EventSourceLike;
  readonly onEvent: (event: LiveEvent) => void;
  /** Alerts changed, in incidents or not. */
  readonly onAlerts: () => void;
  readonly onState: (state: LiveState) => void;
  /** The stream was away; events may be missing. */
  readonly onGap: () => void;
  readonly startAfter: string | null;
}

const CLOSED = 2;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A stream that is back sooner than this was never away, as far as people are concerned. */
const QUIET_MS = 1_500;

export function createLiveStream(deps: LiveStreamDeps): { close(): void } {
  let lastEventId = deps.startAfter;
  let source: EventSourceLike | null = null;
  let failures = 0;
  let away = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let quietTimer: ReturnType<typeof setTimeout> | undefined;

  function receive(event: Event): void {
    if (!(event instanceof MessageEvent) || typeof event.data !== 'string') {
      return;
    }
    const parsed = liveEvent.safeParse(parseJson(event.data));
    if (parsed.success) {
      lastEventId = parsed.data.position;
      deps.onEvent(parsed.data);
    }
  }

  function opened(): void {
    clearTimeout(quietTimer);
    quietTimer = undefined;
    failures = 0;
    deps.onState('live');
    if (away) {
      away = false;
      deps.onGap();
    }
  }

  function failed(): void {
    away = true;
    quietTimer ??= setTimeout(() => deps.onState('reconnecting'), QUIET_MS);
    if (source?.readyState === CLOSED) {
      source.close();
      const wait = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
      failures += 1;
      clearTimeout(retryTimer);
      // spread, so that all browsers do not come back in the same moment
      retryTimer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    }
  }

  function connect(): void {
    const next = deps.open(lastEventId);
    source = next;
    next.addEventListener('open', opened);
    next.addEventListener('error', failed);
    for (const type of EVENT_TYPES) {
      next.addEventListener(type, receive);
    }
    next.addEventListener(ALERTS_CHANGED, deps.onAlerts);
  }

  deps.onState('connecting');
  connect();

  return {
    close() {
      clearTimeout(retryTimer);
      clearTimeout(quietTimer);
      source?.close();
      source = null;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // a line cut short by a proxy; the next event or the next reconnect brings what it said
    return null;
  }
}
