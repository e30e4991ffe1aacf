/** Events of detectors, in one sentence each. Pure. */
import type { EventType } from '#contract';
import { text, withReason, type EventData } from './words.ts';

export type DetectionEventType = Extract<EventType, `detector.${string}` | `forecast.${string}`>;

/** True for the events that this file tells. */
export function isDetectionEvent(type: EventType): type is DetectionEventType {
  return type.startsWith('detector.') || type.startsWith('forecast.');
}

const STATE_WORDS: Readonly<Record<string, string>> = { train: 'learns from the past', shadow: 'watches in shadow', active: 'alerts from now on' };
const VERDICT_WORDS: Readonly<Record<string, string>> = { right: 'judged right', wrong: 'judged wrong' };

const OUTCOME_WORDS: Readonly<Record<string, string>> = {
  sooner: 'crossed its limit sooner than was said', inside: 'crossed its limit in the time that was said', later: 'had not crossed its limit when the time that was said was over',
};

function about(data: EventData): string {
  const at = text(data, 'at');
  return at === '' ? '' : `, about ${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** One event in one sentence. */
export function detectionSentence(type: DetectionEventType, data: EventData): string {
  const named = `Detector “${text(data, 'name')}”`;
  switch (type) {
    case 'detector.created': return `${named} made`;
    case 'detector.edited': return `${named} changed`;
    case 'detector.deleted': return `${named} removed`;
    case 'detector.state_changed': return withReason(`${named} ${STATE_WORDS[text(data, 'state')] ?? 'changed its state'}`, data);
    case 'detector.failing': return withReason(`${named} cannot look at its values`, data);
    case 'detector.recovered': return `${named} sees its values again`;
    case 'detector.found':
      if (text(data, 'since') === 'shadow') return `${named} alerts of what it had found in shadow, which goes on`;
      return `${named} found something unusual${text(data, 'mode') === 'shadow' ? ', in shadow' : ''}`;
    case 'forecast.warned': return `${text(data, 'name') || 'A series'} will cross its limit soon${about(data)}`;
    case 'forecast.ended': return `${text(data, 'name') || 'A series'} ${OUTCOME_WORDS[text(data, 'outcome')] ?? 'is not expected to cross its limit any more'}`;
    case 'detector.judged': return `A finding of detector “${text(data, 'name')}” ${VERDICT_WORDS[text(data, 'verdict')] ?? 'is not judged any more'}`;
  }
}
