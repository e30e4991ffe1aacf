/** Events of detectors, in one sentence each. Pure. */
import type { EventType } from '#contract';
import { text, withReason, type EventData } from './words.ts';

export type DetectionEventType = Extract<EventType, `detector.${string}`>;

/** True for the events that this file tells. */
export function isDetectionEvent(type: EventType): type is DetectionEventType {
  return type.startsWith('detector.');
}

const STATE_WORDS: Readonly<Record<string, string>> = { train: 'learns from the past', shadow: 'watches in shadow', active: 'alerts from now on' };
const VERDICT_WORDS: Readonly<Record<string, string>> = { right: 'judged right', wrong: 'judged wrong' };

/** One event in one sentence. */
export function detectionSentence(type: DetectionEventType, data: EventData): string {
  const named = `Detector “${text(data, 'name')}”`;
  switch (type) {
    case 'detector.created': return `${named} made`;
    case 'detector.edited': return `${named} changed`;
    case 'detector.deleted': return `${named} removed`;
    case 'detector.state_changed': return `${named} ${STATE_WORDS[text(data, 'state')] ?? 'changed its state'}`;
    case 'detector.failing': return withReason(`${named} cannot look at its values`, data);
    case 'detector.recovered': return `${named} sees its values again`;
    case 'detector.found': return `${named} found something unusual${text(data, 'mode') === 'shadow' ? ', in shadow' : ''}`;
    case 'detector.judged': return `A finding of detector “${text(data, 'name')}” ${VERDICT_WORDS[text(data, 'verdict')] ?? 'is not judged any more'}`;
  }
}
