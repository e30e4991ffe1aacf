/** What must outlive the agent: what it is doing, and ends that the service has not heard. One small file, replaced whole. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { orderEnd, orderId, type OrderEnd } from '#contract';
import { processIdentity, type ProcessIdentity } from '../platform/db/processIdentity.ts';
import { hasCode } from '../platform/systemError.ts';

const shape = z.object({
  /** `mark`: what the processes of an order carry in their environment. */
  running: z.array(z.object({ id: orderId, handed: z.number().int(), mark: z.uuid(), process: processIdentity.nullable() })),
  ends: z.array(z.object({ id: orderId, end: orderEnd })),
});
export type JournalState = z.output<typeof shape>;

export interface Journal {
  readonly state: () => JournalState;
  /** An order is about to begin. Written before anything is started. */
  begin(id: string, handed: number, mark: string): void;
  /** Its process, by which it is found again after a crash. */
  started(id: string, identity: ProcessIdentity | null): void;
  /** It ended; kept until the service has heard it. */
  ended(id: string, end: OrderEnd): void;
  /** The service has heard it, or it is no longer ours. */
  forget(id: string): void;
}

/** Opens the journal in a folder, which is made if need be. A file that cannot be read is an error: what it holds would be lost. */
export function openJournal(dir: string): Journal {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'agent-state.json');
  let state: JournalState = { running: [], ends: [] };
  try {
    state = shape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }

  function write(next: JournalState): void {
    state = next;
    writeFileSync(`${path}.new`, JSON.stringify(next), { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  }

  return {
    state: () => state,
    begin: (id, handed, mark) => write({ ...state, running: [...state.running.filter((entry) => entry.id !== id), { id, handed, mark, process: null }] }),
    started: (id, identity) => write({ ...state, running: state.running.map((entry) => (entry.id === id ? { ...entry, process: identity } : entry)) }),
    ended: (id, end) => write({ running: state.running.filter((entry) => entry.id !== id), ends: [...state.ends.filter((entry) => entry.id !== id), { id, end }] }),
    forget: (id) => write({ running: state.running.filter((entry) => entry.id !== id), ends: state.ends.filter((entry) => entry.id !== id) }),
  };
}
