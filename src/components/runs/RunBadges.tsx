import { Badge, type BadgeColor } from '@grafana/ui';
import type { IconName } from '@grafana/data';
import type { RunState, RunStep, RunSummary, StepState, TriggerRecord } from '#contract';
import { OUTCOME_LABELS, RUN_STATE_LABELS, STEP_STATE_LABELS, WAIT_WORDS } from '../../model/runbooks.ts';

const RUN_LOOKS: Readonly<Record<RunState, readonly [BadgeColor, IconName]>> = {
  queued: ['darkgrey', 'hourglass'],
  running: ['blue', 'play'],
  paused: ['orange', 'pause'],
  undoing: ['purple', 'history'],
  succeeded: ['green', 'check'],
  failed: ['red', 'exclamation-triangle'],
  cancelled: ['darkgrey', 'ban'],
  timed_out: ['red', 'stopwatch'],
  undone: ['purple', 'history'],
  undo_failed: ['red', 'exclamation-triangle'],
};

const STEP_LOOKS: Readonly<Record<StepState, readonly [BadgeColor, IconName]>> = {
  pending: ['darkgrey', 'circle'],
  running: ['blue', 'play'],
  waiting: ['orange', 'hourglass'],
  succeeded: ['green', 'check'],
  failed: ['red', 'exclamation-triangle'],
  unknown: ['red', 'question-circle'],
  skipped: ['darkgrey', 'forward'],
  cancelled: ['darkgrey', 'ban'],
  undoing: ['purple', 'history'],
  undone: ['purple', 'history'],
  undo_failed: ['red', 'exclamation-triangle'],
};

/** The state of a run, and what it waits for. */
export function RunStateBadge({ run, testId }: { run: Pick<RunSummary, 'state' | 'waitsFor'>; testId?: string }) {
  const waits = run.state === 'running' && run.waitsFor !== null;
  const [color, icon] = waits ? (['orange', 'hourglass'] as const) : RUN_LOOKS[run.state];
  return <Badge color={color} icon={icon} text={waits && run.waitsFor !== null ? `Running, ${WAIT_WORDS[run.waitsFor]}` : RUN_STATE_LABELS[run.state]} data-testid={testId} />;
}

/** The state of a step, and what it waits for. */
export function StepStateBadge({ step }: { step: Pick<RunStep, 'state' | 'waitsFor'> }) {
  const [color, icon] = STEP_LOOKS[step.state];
  const waits = step.state === 'waiting' && step.waitsFor !== null ? WAIT_WORDS[step.waitsFor] : null;
  return <Badge color={color} icon={icon} text={waits === null ? STEP_STATE_LABELS[step.state] : `${waits.charAt(0).toUpperCase()}${waits.slice(1)}`} />;
}

const OUTCOME_COLORS: Readonly<Record<TriggerRecord['outcome'], BadgeColor>> = { started: 'green', waits_for_approval: 'orange', suggested: 'blue', held_back: 'darkgrey', failed: 'red' };

/** What became of a trigger that matched. */
export function OutcomeBadge({ outcome }: Pick<TriggerRecord, 'outcome'>) {
  return <Badge color={OUTCOME_COLORS[outcome]} text={OUTCOME_LABELS[outcome]} />;
}
