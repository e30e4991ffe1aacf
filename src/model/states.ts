import type { IncidentState, IncidentSummary } from '#contract';

export const STATE_LABELS: Readonly<Record<IncidentState, string>> = {
  candidate: 'Candidate',
  declared: 'Declared',
  investigating: 'Investigating',
  identified: 'Identified',
  mitigating: 'Mitigating',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
  in_review: 'In review',
  closed: 'Closed',
  rejected: 'Rejected',
  duplicate: 'Merged',
  cancelled: 'Cancelled',
};

/** What happens next, for people who have just arrived. */
export const NEXT_STEPS: Readonly<Record<IncidentState, string>> = {
  candidate: 'Decide whether this is an incident.',
  declared: 'Nobody has acknowledged yet.',
  investigating: 'The cause is being looked for.',
  identified: 'The cause is known. The fix comes next.',
  mitigating: 'The fix is being applied.',
  monitoring: 'Impact is removed. Watching whether it stays so.',
  resolved: 'Service is back. Review or close.',
  in_review: 'What happened is being reviewed.',
  closed: 'All work is done.',
  rejected: 'This was not an incident.',
  duplicate: 'This goes on in another incident.',
  cancelled: 'This was no incident.',
};

/** What to do next with an incident. One that Muster made and that lost all its alerts to others says so. */
export function nextStep({ state, origin, alertsTotal }: Pick<IncidentSummary, 'state' | 'origin' | 'alertsTotal'>): string {
  const isEmpty = alertsTotal === 0 && origin === 'correlation' && stateTone(state) !== 'over';
  return isEmpty ? 'All its alerts went to other incidents. Merge or cancel it.' : NEXT_STEPS[state];
}

/** How much attention a state asks for. */
export type StateTone = 'waiting' | 'working' | 'calming' | 'over';

export function stateTone(state: IncidentState): StateTone {
  switch (state) {
    case 'candidate':
    case 'declared':
      return 'waiting';
    case 'investigating':
    case 'identified':
    case 'mitigating':
      return 'working';
    case 'monitoring':
    case 'resolved':
    case 'in_review':
      return 'calming';
    case 'closed':
    case 'rejected':
    case 'duplicate':
    case 'cancelled':
      return 'over';
  }
}

/** Whether its clock still runs: people are, or may still be, affected. */
export function isRunning(state: IncidentState): boolean {
  const tone = stateTone(state);
  return tone === 'waiting' || tone === 'working' || state === 'monitoring';
}
