import { Badge } from '@grafana/ui';
import type { DrillRunSummary } from '#contract';
import { outcomeText } from '../../model/drills.ts';

const GOOD_SCORE = 80;
const FAIR_SCORE = 50;

/** Points of a performance; their colour repeats what the number says. */
export function ScoreBadge({ run }: { run: Pick<DrillRunSummary, 'score' | 'state' | 'outcome'> }) {
  if (run.score === null) {
    return <Badge color="blue" icon="vial" text={outcomeText(run)} />;
  }
  return <Badge color={run.score >= GOOD_SCORE ? 'green' : run.score >= FAIR_SCORE ? 'orange' : 'red'} text={`${run.score} of 100`} />;
}
