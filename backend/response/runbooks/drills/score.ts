/** How well a drill went: which stages were reached when, and the points for it. Pure. */
import type { DrillExpectation, DrillReport, DrillStage, DrillStageResult } from '#contract';

/** Part of a stage's points that is left when it was reached too late. */
const LATE_SHARE = 0.5;
/** Points that each failed step costs, and how many at most. */
const POINTS_A_FAILURE = 5;
const MOST_POINTS_FOR_FAILURES = 25;

/** When stages were reached, in milliseconds since 1970. */
export type ReachedAt = ReadonlyMap<DrillStage, number>;

const WORDS: Readonly<Record<DrillStage, string>> = {
  accepted: 'alerts accepted', detected: 'incident opened', declared: 'incident declared', acknowledged: 'somebody at work on it', commander: 'a commander leads',
  runbook: 'a runbook succeeded', informed: 'status update given', mitigated: 'incident mitigated',
};

/** What stands of each stage that is expected, in the order of the expectations. */
export function stagesOf(expects: readonly DrillExpectation[], startedMs: number, reached: ReachedAt, over: boolean): DrillStageResult[] {
  return expects.map(({ stage, withinSeconds }) => {
    const atMs = reached.get(stage);
    if (atMs === undefined) return { stage, withinSeconds, state: over ? 'missed' : 'waiting', afterSeconds: null };
    const afterSeconds = Math.max(0, atMs - startedMs) / 1000;
    return { stage, withinSeconds, state: afterSeconds <= withinSeconds ? 'reached' : 'late', afterSeconds };
  });
}

/** True when nothing more is waited for. */
export function isComplete(stages: readonly DrillStageResult[]): boolean {
  return stages.every(({ afterSeconds }) => afterSeconds !== null);
}

/**
 * Points of 100: every stage counts alike, whole when it was reached in time, by half when late, not at all when missed; each failed
 * step of a runbook takes 5 points off, 25 at most. With the reasons, in sentences.
 */
export function scoreOf(stages: readonly DrillStageResult[], failures: DrillReport['failures']): { readonly score: number; readonly reasons: string[] } {
  const shares = stages.map(({ state }): number => (state === 'reached' ? 1 : state === 'late' ? LATE_SHARE : 0));
  const gained = stages.length === 0 ? 0 : (100 * shares.reduce((sum, share) => sum + share, 0)) / stages.length;
  const lost = Math.min(MOST_POINTS_FOR_FAILURES, failures.length * POINTS_A_FAILURE);
  const reasons = stages.flatMap(({ stage, state, afterSeconds, withinSeconds }) => {
    if (state === 'reached') return [];
    return [state === 'late' ? `${WORDS[stage]} after ${Math.round(afterSeconds ?? 0)} s instead of ${withinSeconds} s` : `never: ${WORDS[stage]}`];
  });
  if (lost > 0) reasons.push(`${failures.length} failed ${failures.length === 1 ? 'step' : 'steps'}: ${lost} points off`);
  return { score: Math.max(0, Math.round(gained - lost)), reasons };
}
