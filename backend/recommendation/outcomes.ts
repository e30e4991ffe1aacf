/** What became of a runbook in an incident, and what that teaches. Pure. */

/**
 * `worked`: it succeeded, and the incident was mitigated meanwhile or soon after. `worked_edited`: the same, with other inputs than it was
 * recommended with. `no_help`: it succeeded, and the incident went on. `failed`, `cancelled`, `undone`: as the run ended. `rejected`:
 * somebody said that it is not the right one.
 */
export const OUTCOMES = ['worked', 'worked_edited', 'no_help', 'failed', 'cancelled', 'undone', 'rejected'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How much each counts for and against. Who cancels or rejects may have had other reasons; what worked after a correction was half right. */
export const CREDIT: Readonly<Record<Outcome, { readonly good: number; readonly bad: number }>> = {
  worked: { good: 1, bad: 0 }, worked_edited: { good: 0.5, bad: 0.5 }, no_help: { good: 0, bad: 1 }, failed: { good: 0, bad: 1 }, cancelled: { good: 0, bad: 0.5 }, undone: { good: 0, bad: 1 }, rejected: { good: 0, bad: 0.5 },
};

/** Who mitigates says so a little after the runbook has done its work. */
export const GRACE_MS = 30 * 60_000;

export interface EndedRun {
  readonly state: 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'undone' | 'undo_failed';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** It had other inputs than it was recommended with. */
  readonly isEdited: boolean;
}

export interface IncidentEnd {
  /** When it was mitigated, or resolved without that; null: it goes on. */
  readonly mitigatedAtMs: number | null;
}

/** What one run shows; null: nothing, since the incident was mitigated before it began, or it is too soon to tell. */
export function outcomeOf(run: EndedRun, { mitigatedAtMs }: IncidentEnd, nowMs: number): Outcome | null {
  if (run.state === 'failed' || run.state === 'timed_out') return 'failed';
  if (run.state === 'cancelled') return 'cancelled';
  if (run.state !== 'succeeded') return 'undone';
  const latest = run.endedAtMs + GRACE_MS;
  if (mitigatedAtMs === null) return nowMs > latest ? 'no_help' : null;
  if (mitigatedAtMs < run.startedAtMs) return null;
  if (mitigatedAtMs > latest) return 'no_help';
  return run.isEdited ? 'worked_edited' : 'worked';
}

/** True where the incident ended with it. */
export function isGood(outcome: Outcome): boolean {
  return outcome === 'worked' || outcome === 'worked_edited';
}
