/** What prediction says while a recording is replayed: it reads the alert log as it grows, and changes once they have happened. */
import type { ChangeEvent, Topology } from '../catalog/index.ts';
import type { LoggedChange } from '../ingest/index.ts';
import { createForesight } from '../prediction/index.ts';

/** As the scorer of recordings reads it; `reasons` are for people. */
export interface RecordedWarning {
  readonly at: string;
  readonly service: string;
  readonly probability: number;
  readonly reasons: readonly string[];
}

export interface AheadWatch {
  /** Reads what has been logged since, and notes what is to be warned of. */
  look(nowMs: number): Promise<void>;
  readonly warnings: readonly RecordedWarning[];
}

interface AheadOptions {
  readonly topology: Topology;
  /** In order of time. */
  readonly changes: readonly ChangeEvent[];
  readonly read: (after: string, limit: number) => Promise<LoggedChange[]>;
}

const BATCH = 500;
const REASONS = 4;

/** Starts with nothing learned. */
export function watchAhead({ topology, changes, read }: AheadOptions): AheadWatch {
  const foresight = createForesight({ topology });
  const warnings: RecordedWarning[] = [];
  let position = '0';
  let told = 0;

  /** Changes up to a time, each once. */
  function tellChanges(upToMs: number): void {
    for (let next = changes[told]; next !== undefined && next.at.getTime() <= upToMs; next = changes[told]) {
      foresight.change(next);
      told += 1;
    }
  }

  return {
    warnings,
    async look(nowMs) {
      tellChanges(nowMs);
      for (let lines = await read(position, BATCH); lines.length > 0; lines = await read(position, BATCH)) {
        for (const line of lines) {
          position = line.position;
          const { kind } = line;
          const likelihood = kind === 'reconsidered' ? null : foresight.alert({ ...line, kind });
          if (likelihood === null || !likelihood.isWarning) continue;
          const { atMs, service, probability, reasons } = likelihood;
          warnings.push({ at: new Date(atMs).toISOString(), service, probability: Math.round(probability * 1000) / 1000, reasons: reasons.slice(0, REASONS).map(({ text }) => text) });
        }
      }
    },
  };
}
