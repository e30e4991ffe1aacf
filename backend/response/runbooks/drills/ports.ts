/** What drills need from their neighbours; whoever puts the module together plugs it in. */
import type { Actor, LifecycleCommand, OrgId, RunbookId, RunId } from '#contract';
import type { NewEvent } from '../../../eventlog/index.ts';
import type { Queryable, Transaction } from '../../../platform/db/database.ts';

export interface DrillPorts {
  /** Sends a webhook as the source of drills, over HTTP as any sender. Throws, or gives the status and what was said. */
  deliver(orgId: OrgId, body: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Carries out a command on an incident as Muster; throws what stands against it. */
  moveIncident(tx: Transaction, orgId: OrgId, at: Date, incident: number, command: LifecycleCommand, reason: string): Promise<readonly NewEvent[]>;
  /** Has a run end and take back what it did. */
  cancelRun(tx: Transaction, orgId: OrgId, run: RunId, at: Date, by: Actor, reason: string): Promise<readonly NewEvent[]>;
  /** Titles of runbooks in use, what their last preflight found, and when they last succeeded. */
  conditionOf(q: Queryable, orgId: OrgId, runbooks: readonly RunbookId[]): Promise<ReadonlyMap<RunbookId, RunbookCondition>>;
}

export interface RunbookCondition {
  /** Null: it is not in use. */
  readonly title: string | null;
  readonly faults: number;
  readonly lastTestedAt: Date | null;
}
