/** What a step writes while it runs: masked, cut at 1 MiB, and stored beside the run in pieces. */
import type { OrgId, RunId } from '#contract';
import type { Clock, Timer } from '../../../platform/clock.ts';
import type { Queryable } from '../../../platform/db/database.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { StepWriter } from '../kinds/kind.ts';
import { storableText } from '../kinds/output.ts';

/** The most that is kept of one try. */
export const MAX_OUTPUT_BYTES = 1024 * 1024;
const FLUSH_MS = 250;
const FLUSH_BYTES = 32 * 1024;
/** The size of one stored piece. */
const PIECE = 16 * 1024;

type Stream = 'out' | 'err' | 'note';

/** Holds back what may be the beginning of a secret. */
export interface TextMask {
  push(text: string): string;
  end(): string;
}

export interface OutputWriter extends StepWriter {
  /** Writes the rest. Gives what was kept. */
  end(): Promise<{ readonly bytes: number; readonly truncated: boolean }>;
}

export interface OutputTarget {
  readonly orgId: OrgId;
  readonly runId: RunId;
  readonly path: string;
  readonly attempt: number;
}

interface Piece {
  readonly seq: number;
  readonly stream: Stream;
  readonly text: string;
  readonly at: string;
}

async function insertPieces(q: Queryable, target: OutputTarget, pieces: readonly Piece[]): Promise<void> {
  await q.query(
    `insert into runbook_step_output (org_id, run_id, path, attempt, seq, at, stream, text)
     select $1::integer, $2::bigint, $3::text, $4::integer, p.seq, p.at, p.stream, p.text from jsonb_to_recordset($5::jsonb) as p(seq integer, at timestamptz, stream text, text text)
     on conflict do nothing`,
    [target.orgId, target.runId, target.path, target.attempt, JSON.stringify(pieces)],
  );
}

/** Makes a writer for one try. */
export function createOutputWriter(deps: { readonly db: Queryable; readonly clock: Clock; readonly logger: Logger }, target: OutputTarget, maskOf: () => TextMask): OutputWriter {
  const masks = new Map<Stream, TextMask>();
  let pieces: Piece[] = [];
  let waiting = 0;
  let seq = 0;
  let bytes = 0;
  let truncated = false;
  let timer: Timer | null = null;
  let writing: Promise<void> = Promise.resolve();

  function flush(): void {
    timer?.stop();
    timer = null;
    if (pieces.length === 0) return;
    const batch = pieces;
    pieces = [];
    waiting = 0;
    // What cannot be stored is lost for the reader, not for the run.
    writing = writing.then(() => insertPieces(deps.db, target, batch)).catch((error: unknown) => deps.logger.warn({ err: error, run: target.runId }, 'output of a step could not be stored'));
  }

  function add(stream: Stream, text: string): void {
    seq += 1;
    pieces.push({ seq, stream, text, at: deps.clock.now().toISOString() });
    waiting += text.length;
    if (waiting >= FLUSH_BYTES) flush();
    else timer ??= deps.clock.after(FLUSH_MS, flush);
  }

  function keep(stream: Stream, masked: string): void {
    if (masked === '' || truncated) return;
    const text = storableText(masked);
    const room = MAX_OUTPUT_BYTES - bytes;
    const size = Buffer.byteLength(text);
    const kept = size <= room ? text : Buffer.from(text).subarray(0, room).toString('utf8').replace(/\uFFFD+$/, '');
    bytes += Math.min(size, room);
    for (let from = 0; from < kept.length; from += PIECE) add(stream, kept.slice(from, from + PIECE).toWellFormed());
    if (size <= room) return;
    truncated = true;
    add('note', 'the output is larger than 1 MiB; the rest was left out\n');
  }

  return {
    write(stream, text) {
      if (truncated) return;
      let mask = masks.get(stream);
      if (mask === undefined) {
        mask = maskOf();
        masks.set(stream, mask);
      }
      keep(stream, mask.push(text));
    },
    async end() {
      for (const [stream, mask] of masks) keep(stream, mask.end());
      flush();
      await writing;
      return { bytes, truncated };
    },
  };
}
