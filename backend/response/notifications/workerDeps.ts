/** What the sending part of a replica works with. */
import type { Database } from '../../platform/db/database.ts';
import type { SettleDeps } from './settle.ts';
import type { TransmitDeps } from './transmit.ts';

export interface WorkerDeps extends TransmitDeps, SettleDeps {
  readonly db: Database;
  /** The replica. */
  readonly owner: string;
}
