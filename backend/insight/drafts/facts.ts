/** What summaries and drafts are made of: answers of Muster's own API, as the asker may read them. */
import type { CauseBoard, ChangesBefore, Incident, IncidentComms, RunSummary, Task, TimelineEntry } from '#contract';

export interface DraftFacts {
  readonly incident: Incident;
  readonly board: CauseBoard;
  readonly changes: ChangesBefore;
  /** The newest first. */
  readonly notes: readonly TimelineEntry[];
  /** The newest first. */
  readonly runs: readonly RunSummary[];
  /** Those that are open. */
  readonly tasks: readonly Task[];
  readonly comms: IncidentComms;
  readonly now: Date;
}
