/** Events as the live stream sends them to one reader: what the reader may see, and what is gone from their sight. */
import type { LiveEvent } from '#contract';
import { incidentsOf, maskText, maySee, type PrivateIncidents, type Viewer } from '../access/index.ts';
import { SYSTEM_ACTOR } from './append.ts';

/** An event and how it is sent. */
export interface Written {
  readonly event: LiveEvent;
  readonly text: string;
}

/** Events that follow each other, and which of the incidents that they name are private. */
export interface Batch {
  readonly written: readonly Written[];
  readonly hidden: PrivateIncidents;
}

/** One event in the format of server-sent events. */
export function formatServerSentEvent(event: LiveEvent): string {
  return `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function isSeen(viewer: Viewer, event: LiveEvent, hidden: PrivateIncidents): boolean {
  return incidentsOf(event).every((number) => maySee(hidden, viewer, number));
}

/** What of a batch a viewer is sent of the log. */
export function textFor(viewer: Viewer, { written, hidden }: Batch): string {
  const seen = hidden.size === 0 ? written : written.filter(({ event }) => isSeen(viewer, event, hidden));
  return maskText(seen.map(({ text }) => text).join(''), hidden, viewer);
}

/** Whether the viewer, from whom the event is hidden, saw its incident until then. */
function sawUntilThen(viewer: Viewer, { type, data }: LiveEvent): boolean {
  switch (type) {
    case 'incident.made_private':
      return data['wasOpen'] === true;
    case 'incident.members_changed':
      return Array.isArray(data['keysRemoved']) && data['keysRemoved'].includes(viewer);
    default:
      return false;
  }
}

/** That its incident is gone; not why, nor by whom. */
function goneText({ position, incident, at }: LiveEvent): string {
  return formatServerSentEvent({ position, type: 'incident.gone', incident, at, actor: SYSTEM_ACTOR, data: {} });
}

/** What of a batch a viewer is sent who looks on: they had on their page what is hidden from them now. Who comes later is never told of it. */
export function liveTextFor(viewer: Viewer, { written, hidden }: Batch): string {
  if (hidden.size === 0) return textFor(viewer, { written, hidden });
  const told = written.map((one) => {
    if (isSeen(viewer, one.event, hidden)) return one.text;
    return sawUntilThen(viewer, one.event) ? goneText(one.event) : '';
  });
  return maskText(told.join(''), hidden, viewer);
}
