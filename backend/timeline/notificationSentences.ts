/** Events of channels, messages, rehearsals and the heartbeat to another system, in one sentence each. Pure. */
import type { EventType } from '#contract';
import { number, plural, text, withReason, type EventData } from './words.ts';

export type NotificationEventType = Extract<EventType, `channel.${string}` | `channel_chains.${string}` | `notification.${string}` | `notification_settings.${string}` | `rehearsal.${string}` | `heartbeat_out.${string}`>;

/** True for the events that this file tells. */
export function isNotificationEvent(type: EventType): type is NotificationEventType {
  return /^(channel|channel_chains|notification|notification_settings|rehearsal|heartbeat_out)\./.test(type);
}

function channelOf(data: EventData): string {
  return `Channel “${text(data, 'name') || text(data, 'id')}”`;
}

function subjectOf(data: EventData): string {
  return text(data, 'subject') === '' ? '' : ` (${text(data, 'subject')})`;
}

/** One event in one sentence. */
export function notificationSentence(type: NotificationEventType, data: EventData): string {
  switch (type) {
    case 'channel.created': return `${channelOf(data)} added`;
    case 'channel.edited': return `${channelOf(data)} ${data['file'] === true ? 'taken from its file' : 'edited'}${data['enabled'] === false ? '; it is out of use' : ''}`;
    case 'channel.deleted': return `${channelOf(data)} removed`;
    case 'channel.rests': return withReason(`${channelOf(data)} fails and rests; messages go over others meanwhile`, data);
    case 'channel.works_again': return `${channelOf(data)} works again`;
    case 'channel_chains.edited': return `Chains of channels ${data['file'] === true ? 'taken from their file' : 'edited'}: ${plural(number(data, 'chains'), 'chain')}`;
    case 'notification.failed_over': return withReason(`Page to ${text(data, 'recipient')} goes on over ${text(data, 'to')} instead of ${text(data, 'from')}${subjectOf(data)}`, data);
    case 'notification.failed': return withReason(
      number(data, 'recipients') > 1 ? `${number(data, 'recipients')} recipients could not be reached${subjectOf(data)}` : `${text(data, 'recipient') || 'Somebody'} could not be reached${subjectOf(data)}`, data,
    );
    case 'notification.retried': return `Message to ${text(data, 'recipient')} tried again`;
    case 'notification_settings.edited': return 'Settings of notifications changed';
    case 'rehearsal.started': return text(data, 'own') !== '' ? `${text(data, 'own')} tries ${plural(number(data, 'ways'), 'own way')} of being reached` : `Rehearsal of the channels started: ${plural(number(data, 'ways'), 'way')} to try`;
    case 'rehearsal.ended': {
      const failed = number(data, 'failed');
      const channels = data['channels'];
      if (text(data, 'own') !== '') return failed === 0 ? `The own ways of ${text(data, 'own')} work` : `${failed} of ${plural(number(data, 'ways'), 'own way')} of ${text(data, 'own')} did not work`;
      return failed === 0 ? `Rehearsal passed: all ${plural(number(data, 'ways'), 'way')} work` : `Rehearsal failed: ${failed} of ${plural(number(data, 'ways'), 'way')} did not work${Array.isArray(channels) ? ` (${channels.join(', ')})` : ''}`;
    }
    case 'heartbeat_out.failed': return withReason('The heartbeat to another system could not be sent', data);
    case 'heartbeat_out.works_again': return 'The heartbeat to another system is sent again';
  }
}
