/** What the engine makes of a group as a whole: told with the first decision on it, and anew when it has changed enough to matter. */
import type { Contribution } from '#contract';

/** A suspect for the cause, with what speaks for it. */
export interface RankedRoot {
  /** A service, a data store or a piece of shared infrastructure (a host, a switch). */
  readonly service: string;
  /** Share of belief, 0 to 1; the ranked roots of a group sum up to at most 1. */
  readonly score: number;
  readonly evidence: readonly Contribution[];
}

export interface GroupAssessment {
  /** How sure it is that these alerts share one cause and are no background, 0 to 1. */
  readonly confidence: number;
  /** When trouble began, by the alerts. */
  readonly onsetAt: Date;
  /** Best first; at most five. */
  readonly roots: readonly RankedRoot[];
  /** The change that probably caused it. */
  readonly causeChangeId: string | null;
}
