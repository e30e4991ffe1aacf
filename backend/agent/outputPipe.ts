/**
 * Sends what a command writes to the service, in numbered pieces, and keeps the last of it for the end. What is sent ends with a line:
 * the service takes secrets out of it, and must not get one in two requests.
 */
import type { OrderAnswer, OrderPiece } from '#contract';
import type { Clock, Timer } from '../platform/clock.ts';
import { countForRequest, cutPieces, lastOf } from './outputPieces.ts';

/** The service keeps no more than a MiB of a step; more need not travel. */
const MAX_SENT_CHARACTERS = 1_100_000;
const TAIL_CHARACTERS = 64 * 1024;
const PIECE_CHARACTERS = 16 * 1024;
const PIECES_AT_ONCE = 50;
/** A line that is longer is sent before it ends. */
const LONGEST_LINE = 256 * 1024;
const FLUSH_MS = 300;

export interface OutputPipe {
  write(stream: 'out' | 'err', text: string): void;
  /** Resolves when all that can be sent was sent; it is tried once more, not for ever. */
  close(): Promise<void>;
  /** The last of what was written to standard output; of both streams when it wrote nothing there. */
  tail(): string;
}

/** Makes a pipe. `send` may fail: what it had is sent again with what comes next. */
export function createOutputPipe(clock: Clock, send: (pieces: readonly OrderPiece[]) => Promise<OrderAnswer['go']>, onGo: (go: OrderAnswer['go']) => void): OutputPipe {
  let waiting: { readonly piece: OrderPiece; readonly isEnd: boolean }[] = [];
  let seq = 0;
  let sent = 0;
  let timer: Timer | null = null;
  let sending: Promise<void> | null = null;
  let tails = { out: '', err: '' };
  let cut = { out: false, err: false };
  let unended = { out: '', err: '' };

  function put(stream: 'out' | 'err', text: string): void {
    for (const { text: part, isEnd } of cutPieces(text, PIECE_CHARACTERS)) {
      seq += 1;
      waiting.push({ piece: { seq, stream, text: part }, isEnd });
    }
  }

  async function flushOnce(): Promise<void> {
    while (waiting.length > 0) {
      const count = countForRequest(waiting, PIECES_AT_ONCE);
      onGo(await send(waiting.slice(0, count).map(({ piece }) => piece)));
      waiting = waiting.slice(count);
    }
  }

  function flush(): Promise<void> {
    timer?.stop();
    timer = null;
    // A failure leaves the pieces where they are, for the next time.
    sending ??= flushOnce().catch(() => undefined).finally(() => {
      sending = null;
      if (waiting.length > 0) timer ??= clock.after(FLUSH_MS, () => void flush());
    });
    return sending;
  }

  return {
    write(stream, raw) {
      const text = raw.replaceAll('\u0000', '\uFFFD');
      if (text === '') return;
      const tail = tails[stream] + text;
      if (tail.length > TAIL_CHARACTERS) cut = { ...cut, [stream]: true };
      tails = { ...tails, [stream]: lastOf(tail, TAIL_CHARACTERS) };
      if (sent > MAX_SENT_CHARACTERS) return;
      sent += text.length;
      const whole = unended[stream] + text;
      const end = whole.length > LONGEST_LINE ? whole.length : whole.lastIndexOf('\n') + 1;
      unended = { ...unended, [stream]: whole.slice(end) };
      put(stream, whole.slice(0, end));
      timer ??= clock.after(FLUSH_MS, () => void flush());
    },
    async close() {
      for (const stream of ['out', 'err'] as const) put(stream, unended[stream]);
      unended = { out: '', err: '' };
      await flush();
      if (waiting.length > 0) await flush();
      timer?.stop();
      waiting = [];
    },
    tail() {
      const stream = tails.out === '' ? 'err' : 'out';
      // Half a line could be half a secret, which the service would not know.
      const lineEnd = tails[stream].indexOf('\n');
      if (!cut[stream]) return tails[stream];
      return lineEnd === -1 ? '' : tails[stream].slice(lineEnd + 1);
    },
  };
}
