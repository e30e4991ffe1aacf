/** What became of runbooks in earlier incidents, of what is stored of runs and rejections; one trial a runbook and incident. Pure. */
import type { JsonValue } from '#contract';
import { isGood, outcomeOf, type Outcome, type Trial } from '../../recommendation/index.ts';

export interface StoredRun {
  readonly id: string;
  readonly runbook: string;
  readonly incident: number;
  readonly state: 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'undone' | 'undo_failed';
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly mitigatedAt: Date | null;
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** With what it was recommended then; null: it was not. */
  readonly offered: Readonly<Record<string, JsonValue>> | null;
}

export interface StoredRejection {
  readonly runbook: string;
  readonly incident: number;
}

/** A trial with the run that shows it. */
export interface ShownTrial extends Trial {
  readonly run: string | null;
}

/** True when what was offered was given another value. What was not offered had to be added. */
function isEdited({ inputs, offered }: StoredRun): boolean {
  return offered !== null && Object.entries(offered).some(([name, value]) => JSON.stringify(inputs[name] ?? null) !== JSON.stringify(value));
}

/** Of several runs in one incident the one that worked counts, else the last. Who rejects a runbook that then works was wrong. */
export function trialsOf(runs: readonly StoredRun[], rejections: readonly StoredRejection[], similarityOf: (incident: number) => number, now: Date): ShownTrial[] {
  const found = new Map<string, ShownTrial>();
  const put = (runbook: string, incident: number, outcome: Outcome, run: string | null): void => {
    found.set(`${incident} ${runbook}`, { runbook, incident, similarity: similarityOf(incident), outcome, run });
  };
  for (const { runbook, incident } of rejections) put(runbook, incident, 'rejected', null);
  for (const run of runs) {
    const outcome = outcomeOf(
      { state: run.state, startedAtMs: run.startedAt.getTime(), endedAtMs: run.endedAt.getTime(), isEdited: isEdited(run) }, { mitigatedAtMs: run.mitigatedAt?.getTime() ?? null }, now.getTime(),
    );
    const before = found.get(`${run.incident} ${run.runbook}`);
    if (outcome === null || (before !== undefined && isGood(before.outcome) && !isGood(outcome))) continue;
    put(run.runbook, run.incident, outcome, run.id);
  }
  return [...found.values()];
}

/** The runbook with most runs among some; ties by name. Null: none was ever run. */
export function mostUsed(runs: readonly Pick<StoredRun, 'runbook'>[], among: readonly string[]): string | null {
  const counts = new Map(among.map((runbook) => [runbook, 0]));
  for (const { runbook } of runs) {
    const before = counts.get(runbook);
    if (before !== undefined) counts.set(runbook, before + 1);
  }
  const [first] = [...counts].filter(([, count]) => count > 0).sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  return first?.[0] ?? null;
}
