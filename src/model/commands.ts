import { COMMAND_OPERATIONS, type AvailableCommand, type IncidentState, type LifecycleCommand, type OperationName, type Severity } from '#contract';

export const COMMAND_LABELS: Readonly<Record<LifecycleCommand, string>> = {
  promote: 'Promote to incident',
  reject: 'Reject',
  acknowledge: 'Acknowledge',
  identify: 'Cause identified',
  'start-mitigation': 'Start mitigation',
  mitigate: 'Impact removed',
  resolve: 'Resolve',
  review: 'Start review',
  close: 'Close',
  reopen: 'Reopen',
  cancel: 'Cancel incident',
};

export const COMMAND_DONE: Readonly<Record<LifecycleCommand, string>> = {
  promote: 'Incident declared',
  reject: 'Candidate rejected',
  acknowledge: 'Acknowledged',
  identify: 'Cause identified',
  'start-mitigation': 'Mitigation started',
  mitigate: 'Impact removed, monitoring',
  resolve: 'Incident resolved',
  review: 'Review started',
  close: 'Incident closed',
  reopen: 'Incident reopened',
  cancel: 'Incident cancelled',
};

/** Commands that end the response; shown as such. */
export function isDestructive(command: LifecycleCommand): boolean {
  return command === 'reject' || command === 'cancel';
}

/** The step that normally comes next, or null where none does. */
export function usualCommand(state: IncidentState, severity: Severity): LifecycleCommand | null {
  switch (state) {
    case 'candidate':
      return 'promote';
    case 'declared':
      return 'acknowledge';
    case 'investigating':
      return 'identify';
    case 'identified':
      return 'start-mitigation';
    case 'mitigating':
      return 'mitigate';
    case 'monitoring':
      return 'resolve';
    case 'resolved':
      // the worst ones must be reviewed before they may be closed
      return severity === 'sev1' || severity === 'sev2' ? 'review' : 'close';
    case 'in_review':
      return 'close';
    case 'closed':
    case 'rejected':
    case 'duplicate':
    case 'cancelled':
      return null;
  }
}

/** Divides what is open to the asker into the one usual step and the rest. */
export function arrangeCommands(
  state: IncidentState,
  severity: Severity,
  available: readonly AvailableCommand[]
): { primary: AvailableCommand | null; others: readonly AvailableCommand[] } {
  const usual = usualCommand(state, severity);
  const primary = available.find(({ command }) => command === usual) ?? null;
  return { primary, others: available.filter((command) => command !== primary) };
}

export function operationOf(command: LifecycleCommand): OperationName {
  return COMMAND_OPERATIONS[command];
}
