/** Drills in words, and the draft of a new one. */
import type { Drill, DrillBody, DrillRunSummary, DrillStage, DrillStageResult } from '#contract';

export const STAGE_LABELS: Readonly<Record<DrillStage, string>> = {
  accepted: 'Alerts accepted', detected: 'Incident opened', declared: 'Incident declared', acknowledged: 'Acknowledged', commander: 'Commander leads', runbook: 'Runbook succeeded',
  informed: 'Status update given', mitigated: 'Mitigated',
};

/** What is offered for each stage, in seconds. */
export const USUAL_SECONDS: Readonly<Record<DrillStage, number>> = { accepted: 10, detected: 60, declared: 120, acknowledged: 300, commander: 600, runbook: 900, informed: 1_800, mitigated: 3_600 };

export const STAGE_STATE_LABELS: Readonly<Record<DrillStageResult['state'], string>> = { waiting: 'waiting', reached: 'in time', late: 'late', missed: 'missed' };

/** What came of a performance, in a word or two. */
export function outcomeText({ state, outcome }: Pick<DrillRunSummary, 'state' | 'outcome'>): string {
  if (state === 'running') {
    return 'Under way';
  }
  switch (outcome) {
    case 'completed':
      return 'Completed';
    case 'timed_out':
      return 'Time was up';
    case 'stopped':
      return 'Stopped';
    case null:
      return 'Ending';
  }
}

/** A drill that asks for what every installation can do. */
export function newDrill(): DrillBody {
  return {
    name: '', description: '', alerts: [{ name: 'HighErrorRate', service: '', severity: 'sev1', summary: '', afterSeconds: 0 }],
    expects: (['accepted', 'detected', 'declared', 'acknowledged'] as const).map((stage) => ({ stage, withinSeconds: USUAL_SECONDS[stage] })), runbook: null, maxMinutes: 60, schedule: null,
  };
}

/** The part of a drill that people write. */
export function bodyOf({ name, description, alerts, expects, runbook, maxMinutes, schedule }: Drill): DrillBody {
  return { name, description, alerts, expects, runbook, maxMinutes, schedule };
}
