import { Badge, type BadgeColor } from '@grafana/ui';
import type { IconName } from '@grafana/data';
import type { IncidentState } from '#contract';
import { NEXT_STEPS, STATE_LABELS, stateTone, type StateTone } from '../model/states.ts';

const TONE_COLORS: Readonly<Record<StateTone, BadgeColor>> = {
  waiting: 'orange',
  working: 'blue',
  calming: 'green',
  over: 'darkgrey',
};

const STATE_ICONS: Readonly<Record<IncidentState, IconName>> = {
  candidate: 'question-circle',
  declared: 'bell',
  investigating: 'search',
  identified: 'bolt',
  mitigating: 'process',
  monitoring: 'eye',
  resolved: 'check',
  in_review: 'book-open',
  closed: 'lock',
  rejected: 'times',
  duplicate: 'code-branch',
  cancelled: 'ban',
};

export function StateBadge({ state, testId }: { state: IncidentState; testId?: string }) {
  return (
    <Badge
      text={STATE_LABELS[state]}
      color={TONE_COLORS[stateTone(state)]}
      icon={STATE_ICONS[state]}
      title={NEXT_STEPS[state]}
      data-testid={testId}
    />
  );
}
