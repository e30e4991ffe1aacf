/** What steps of Grafana OnCall's chains do that policies cannot, and what to do about it. Pure. */

/** OnCall's own number: a chain that repeats goes round so often again. */
export const ON_CALL_REPEATS = 5;

/** `09:00` of `09:00:00Z`. */
function timeOf(time: string | null | undefined): string {
  return time?.slice(0, 5) ?? '?';
}

/** What of a step the words need. */
export interface GapStep {
  readonly type?: string | null | undefined;
  readonly group_to_notify?: string | null | undefined;
  readonly action_to_trigger?: string | null | undefined;
  readonly notify_if_time_from?: string | null | undefined;
  readonly notify_if_time_to?: string | null | undefined;
  readonly num_alerts_in_window?: number | null | undefined;
  readonly num_minutes_in_window?: number | null | undefined;
}

/** Why a step is left out, in words that somebody can act on. */
export function chainGap(step: GapStep): string {
  switch (step.type) {
    case 'notify_user_group':
      return `calls the user group “${step.group_to_notify ?? '?'}” of Slack, whose people Muster does not see: left out. Make a team of them under Settings, Teams, and add a step “Team”`;
    case 'notify_whole_channel':
      return 'calls everybody of a Slack channel: left out. Add that channel under Channels, and a step “Channel”';
    case 'trigger_webhook':
    case 'trigger_action':
      return `calls the webhook “${step.action_to_trigger ?? '?'}”: left out. Add a channel of the kind webhook, and a step “Webhook” with its address; for more than a call, a runbook`;
    case 'notify_if_time_from_to':
      return `holds on until it is between ${timeOf(step.notify_if_time_from)} and ${timeOf(step.notify_if_time_to)} UTC, which no condition of a policy can say: left out, so that what follows is called at any hour. Restrict a layer of the schedule to those hours, or let people set quiet hours`;
    case 'notify_if_num_alerts_in_window':
      return `holds on until more than ${step.num_alerts_in_window ?? '?'} alerts came within ${step.num_minutes_in_window ?? '?'} minutes, which no condition of a policy can say: left out, so that what follows is called at once. Let the policy start only for severities at which that is right`;
    case 'resolve':
      return 'resolves the alert group: left out. An incident is resolved by people, or when its alerts are over; calling just ends here';
    case 'declare_incident':
      return 'declares an incident: left out, since a policy runs in an incident already. What becomes one is said under Settings, Policy';
    case null:
    case undefined:
      return 'says not what it does: left out';
    default:
      return `is of the kind “${step.type}”, which is not known here: left out. Look at it in OnCall and add a step to the policy`;
  }
}
