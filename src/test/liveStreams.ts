/** Stands in for the browser's EventSource, which jsdom lacks: a test tells what the service would send. */
import { act } from '@testing-library/react';
import { liveEvent, type LiveEvent } from '#contract';

export interface LiveStreams {
  /** Sends an event to whoever listens. */
  tell(event: LiveEvent): void;
  /** Sends what is no event of the log. */
  hint(type: string): void;
  /** Takes it away again. */
  remove(): void;
}

export function openLiveStreams(): LiveStreams {
  const streams: EventTarget[] = [];
  class Stream extends EventTarget {
    readonly readyState = 1;
    constructor() {
      super();
      streams.push(this);
    }
    close(): void {
      streams.splice(streams.indexOf(this), 1);
    }
  }
  Object.assign(globalThis, { EventSource: Stream });
  const send = (type: string, data: string): void => act(() => streams.forEach((stream) => stream.dispatchEvent(new MessageEvent(type, { data }))));
  return {
    tell: (event) => send(event.type, JSON.stringify(liveEvent.parse(event))),
    hint: (type) => send(type, '{}'),
    remove: () => void Reflect.deleteProperty(globalThis, 'EventSource'),
  };
}
