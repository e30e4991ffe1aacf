/** Sends what a command writes to the service, in numbered pieces, and keeps the last of it for the end. */
import type { OrderAnswer, OrderPiece } from '#contract';
import type { Clock, Timer } from '../platform/clock.ts';

/** The service keeps no more than a MiB of a step; more need not travel. */
const MAX_SENT_CHARACTERS = 1_100_000;
const TAIL_CHARACTERS = 32 * 1024;
const PIECE_CHARACTERS = 16 * 1024;
const PIECES_AT_ONCE = 50;
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
  let waiting: OrderPiece[] = [];
  let seq = 0;
  let sent = 0;
  let timer: Timer | null = null;
  let sending: Promise<void> | null = null;
  let tails = { out: '', err: '' };

  async function flushOnce(): Promise<void> {
    while (waiting.length > 0) {
      const pieces = waiting.slice(0, PIECES_AT_ONCE);
      onGo(await send(pieces));
      waiting = waiting.slice(pieces.length);
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
      tails = { ...tails, [stream]: (tails[stream] + text).slice(-TAIL_CHARACTERS) };
      if (sent > MAX_SENT_CHARACTERS) return;
      sent += text.length;
      for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
        seq += 1;
        waiting.push({ seq, stream, text: text.slice(at, at + PIECE_CHARACTERS) });
      }
      timer ??= clock.after(FLUSH_MS, () => void flush());
    },
    async close() {
      await flush();
      if (waiting.length > 0) await flush();
      timer?.stop();
      waiting = [];
    },
    tail: () => (tails.out === '' ? tails.err : tails.out),
  };
}
