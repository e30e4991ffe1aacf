/** Events that are of no incident, in one sentence each: what people set, and what Muster noticed about its own work. Pure. */
import type { EventType } from '#contract';
import { percentOf } from '../platform/percent.ts';
import type { DetectionEventType } from './detectionSentences.ts';
import type { NotificationEventType } from './notificationSentences.ts';
import type { OnCallEventType } from './onCallSentences.ts';
import type { RunbookEventType } from './runbookSentences.ts';
import { count, number, plural, text, withReason, type EventData } from './words.ts';

export type SettingsEventType = Exclude<EventType, DetectionEventType | RunbookEventType | NotificationEventType | OnCallEventType | `incident.${string}` | 'change.recorded' | 'change.closed'>;

/** What something is called: its name, else its id. */
function named(data: EventData, ...ids: readonly string[]): string {
  const name = [text(data, 'name'), ...ids.map((id) => text(data, id))].find((word) => word !== '');
  return name === undefined ? '' : ` “${name}”`;
}

function listed(data: EventData, key: string): string {
  const fields = data[key];
  if (Array.isArray(fields)) return fields.length === 0 ? '' : `: ${fields.join(', ')}`;
  return typeof fields === 'object' && fields !== null && Object.keys(fields).length > 0 ? `: ${Object.keys(fields).join(', ')}` : '';
}

function draftChange(data: EventData): string {
  const parts = [
    [count(data, 'rulesAdded'), 'rule', 'added'], [count(data, 'rulesChanged'), 'rule', 'changed'], [count(data, 'rulesRemoved'), 'rule', 'removed'],
    [number(data, 'dependenciesAdded'), 'edge', 'added'], [number(data, 'dependenciesRemoved'), 'edge', 'hidden'],
  ] as const;
  const told = parts.filter(([amount]) => amount > 0).map(([amount, word, what]) => `${plural(amount, word)} ${what}`);
  if (data['tuningChanged'] === true) told.push('numbers changed');
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}

/** `created`, `edited` or `deleted`, as the event says. */
function action(data: EventData): string {
  return text(data, 'action') || 'edited';
}

const HELPER_WORDS: Readonly<Record<string, string>> = { prediction: 'Prediction', forecast: 'Forecast of limits', diagnosis: 'Diagnosis', recommendation: 'Recommendation' };

/** One event in one sentence. */
export function settingsSentence(type: SettingsEventType, data: EventData): string {
  switch (type) {
    case 'helper.mode_changed':
      return withReason(`${HELPER_WORDS[text(data, 'helper')] ?? 'A helper'} ${text(data, 'mode') === 'live' ? 'is live again' : 'went to shadow'}`, data);
    case 'source.created':
      return `Source${named(data, 'source')} added`;
    case 'source.edited':
      return `Source${named(data, 'source')} edited${listed(data, 'changes')}`;
    case 'source.deleted':
      return `Source${named(data, 'source')} removed`;
    case 'source.token_issued':
      return `Token …${text(data, 'hint')} issued for source${named(data, 'source')}`;
    case 'source.token_revoked':
      return `Token …${text(data, 'hint')} of source${named(data, 'source')} revoked`;
    case 'source.rejected':
      return withReason(`Refused at source${named(data, 'source')}, ${plural(Math.max(1, number(data, 'count')), 'time')}`, data);
    case 'source.truncated':
      return `The sender of source${named(data, 'source')} left out ${plural(number(data, 'alerts'), 'alert')}`;
    case 'source.test_received':
      return `Test alert of source${named(data, 'source')} arrived`;
    case 'source.silent':
      return `Source${named(data, 'source')} is silent`;
    case 'source.heard_again':
      return `Source${named(data, 'source')} is heard again`;
    case 'source.reconciled':
      return `Source${named(data, 'source')} compared with Grafana: ${number(data, 'firing')} found firing, ${number(data, 'resolved')} found resolved`;
    case 'dead_letter.replayed':
      return `Unreadable payload of source${named(data, 'source')} read after all: ${plural(number(data, 'alerts'), 'alert')}`;
    case 'dead_letter.discarded':
      return `Unreadable payload of source${named(data, 'source')} discarded`;
    case 'mapping.edited':
      return `Mapping of labels edited${listed(data, 'changes')}`;
    case 'enrichment.edited':
      return `Enrichment table${named(data, 'table')} ${action(data)}`;
    case 'extraction.edited':
      return `Extraction rule${named(data, 'rule')} ${action(data)}`;
    case 'extraction.flagged':
      return withReason(`Extraction rule${named(data, 'rule')} stopped`, data);
    case 'grafana_connection.edited':
      return `Connection to Grafana edited; token ${text(data, 'token')}`;
    case 'incident_settings.edited':
      return `Settings of incidents edited: ${text(data, 'name').replaceAll('_', ' ')}, now version ${number(data, 'version')}`;
    case 'correlation.draft_edited':
      return `Draft of the correlation settings edited${draftChange(data)}`;
    case 'correlation.draft_discarded':
      return 'Draft of the correlation settings thrown away';
    case 'correlation.activated':
      return `Version ${number(data, 'version')} of the correlation settings put into force (${text(data, 'note')})${draftChange(data)}`;
    case 'draft_model.edited':
      return data['enabled'] === true ? `A model may reword drafts: ${text(data, 'model') || 'edited'}; key ${text(data, 'key') || 'kept'}` : 'No model may reword drafts';
    case 'prediction.warned':
      return `${text(data, 'service') || 'A service'} may break soon: ${percentOf(number(data, 'probability'))} likely`;
    case 'prediction.ended':
      return text(data, 'outcome') === 'came_true' ? `${text(data, 'service') || 'A service'} broke, as was warned of` : `The warning of ${text(data, 'service') || 'a service'} passed without an incident`;
    case 'correlation.learned':
      return `Learned from ${plural(number(data, 'incidents'), 'incident')} and ${plural(number(data, 'acts'), 'act')} of people: ${plural(number(data, 'pairs'), 'pair')}, ${plural(number(data, 'candidates'), 'kind')} of candidates`;
    case 'correlation.forgotten':
      return withReason(`Forgotten what was learned of ${text(data, 'what')}`, data);
    case 'correlation.learning_stopped':
      return withReason(`Nothing is to be learned of ${text(data, 'what')}`, data);
    case 'correlation.learning_allowed':
      return `May be learned again: ${text(data, 'what')}`;
    case 'back_test.started':
      return `Back-test started, from ${text(data, 'from')} to ${text(data, 'to')}`;
    case 'back_test.ended':
      return `Back-test ended: ${text(data, 'state')}`;
    case 'noise.rule_created':
      return `Noise rule${named(data, 'rule')} added (${text(data, 'kind')})`;
    case 'noise.rule_edited':
      return `Noise rule${named(data, 'rule')} edited`;
    case 'noise.rule_deleted':
      return `Noise rule${named(data, 'rule')} removed`;
    case 'noise.rule_warned':
      return `Noise rule${named(data, 'rule')} hides grave alerts: ${text(data, 'warning') || plural(number(data, 'sev1'), 'SEV1 alert')}`;
    case 'noise.alerts_held_back':
      return `${plural(number(data, 'heldBack'), 'alert')} held back, ${number(data, 'released')} released, ${number(data, 'ended')} over`;
    case 'maintenance.created':
      return `Maintenance window${named(data, 'window')} planned`;
    case 'maintenance.edited':
      return `Maintenance window${named(data, 'window')} edited`;
    case 'maintenance.ended':
      return `Maintenance window${named(data, 'window')} ended${text(data, 'change') === '' ? '' : `, as change ${text(data, 'change')} is closed`}`;
    case 'silence.created':
      return `Silence created${text(data, 'origin') === 'grafana' ? ' in Grafana' : ''}: ${text(data, 'comment')}`;
    case 'silence.edited':
      return `Silence edited: ${text(data, 'comment')}`;
    case 'silence.expired':
      return `Silence ended${text(data, 'origin') === 'grafana' ? ' in Grafana' : ''}`;
    case 'silence.synced':
      return 'Silence handed to Grafana';
    case 'silence.sync_failed':
      return `Silence could not be handed to Grafana: ${text(data, 'problem')}`;
    case 'service.created':
      return `Service${named(data, 'service')} added`;
    case 'service.edited':
      return `Service${named(data, 'service')} edited${listed(data, 'fields')}`;
    case 'service.deleted':
      return `Service${named(data, 'service')} removed`;
    case 'catalog.imported':
      return `Catalogue imported: ${plural(count(data, 'created'), 'service')} added, ${count(data, 'changed')} changed`;
    case 'catalog.provisioned':
      return 'Catalogue taken from its file';
    case 'business_service.edited':
      return 'created' in data
        ? `Business services imported: ${number(data, 'created')} added, ${number(data, 'changed')} changed`
        : `Business service${named(data, 'businessService')} ${action(data)}`;
    case 'infrastructure.edited':
      return 'created' in data ? `Infrastructure imported: ${plural(number(data, 'created'), 'place')} added, ${number(data, 'changed')} changed` : 'Infrastructure edited';
    case 'dependency.proposed':
      return `Dependencies learned from alerts proposed: ${number(data, 'proposals') || count(data, 'proposals')}`;
    case 'dependency.accepted':
      return `Proposed dependency accepted: ${text(data, 'from')} ${text(data, 'type').replaceAll('_', ' ')} ${text(data, 'to')}`;
    case 'dependency.rejected':
      return `Proposed dependency rejected: ${text(data, 'from')} to ${text(data, 'to')}`;
    case 'communication.edited':
      return 'Audiences and rules of communication edited';
    case 'subscription.changed':
      return `Subscription ${text(data, 'what')}`;
    case 'status_page.edited':
      return `Status page edited; it is ${text(data, 'visibility')}`;
    case 'status_page.link_changed':
      return `Link${named(data)} to the status page ${text(data, 'what')}`;
    case 'status_page.maintenance_changed':
      return `Maintenance “${text(data, 'title')}” ${text(data, 'what')} on the status page`;
    case 'status_page.sync_edited':
      return 'Copy of the status page at Statuspage.io edited';
    case 'status_page.sync_failed':
      return `Could not be carried over to Statuspage.io: ${text(data, 'problem')}`;
    case 'status_page.synced':
      return 'Carried over to Statuspage.io again';
    case 'schedule.created':
      return `On-call schedule${named(data, 'schedule')} added${text(data, 'from') === '' ? '' : `, taken over from ${text(data, 'from')}`}`;
    case 'schedule.edited':
      return `On-call schedule${named(data, 'schedule')} edited${text(data, 'from') === '' ? '' : `: the calendar at ${text(data, 'from')} changed`}`;
    case 'schedule.deleted':
      return `On-call schedule${named(data, 'schedule')} removed`;
    case 'schedule.override_added':
      return withReason(`Override on schedule${named(data, 'schedule')} from ${text(data, 'startsAt')} to ${text(data, 'endsAt')}`, data);
    case 'schedule.override_removed':
      return `Override on schedule${named(data, 'schedule')} from ${text(data, 'startsAt')} taken back`;
    case 'schedule.swap_requested':
      return `Swap of the shift from ${text(data, 'startsAt')} on schedule${named(data, 'schedule')} asked for`;
    case 'schedule.swap_accepted':
      return `Shift from ${text(data, 'startsAt')} on schedule${named(data, 'schedule')} taken over`;
    case 'schedule.swap_declined':
      return `Swap of the shift from ${text(data, 'startsAt')} on schedule${named(data, 'schedule')} declined`;
    case 'schedule.swap_withdrawn':
      return `Request to swap the shift from ${text(data, 'startsAt')} on schedule${named(data, 'schedule')} taken back`;
    case 'schedule.hand_over_written':
      return `Hand-over note written for schedule${named(data, 'schedule')}`;
    case 'schedule.calendar_failed':
      return withReason(`Calendar of layer “${text(data, 'layer')}” of schedule${named(data, 'schedule')} could not be read; its last good copy counts`, data);
    case 'schedule.calendar_works_again':
      return `Calendar of layer “${text(data, 'layer')}” of schedule${named(data, 'schedule')} is read again`;
    case 'schedule.feed_renewed':
      return `Addresses of the calendar of schedule${named(data, 'schedule')} made`;
    case 'access.role_changed':
      return `Role of ${text(data, 'name') || text(data, 'user')} set to ${text(data, 'to') || `what Grafana says (${text(data, 'derivedRole')})`}`;
    case 'access.token_issued':
      return `API token${named(data, 'token')} issued, role ${text(data, 'role')}, until ${text(data, 'expiresAt').slice(0, 10)}`;
    case 'access.token_revoked':
      return `API token${named(data, 'token')} revoked`;
  }
}
