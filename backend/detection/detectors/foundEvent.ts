/** The event that a detector found something. Pure. */
import { SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { StoredDetector } from './detectorStore.ts';

/** Something was found in `mode`; `since` shadow: it was found then, and alerts from now on, as its detector does. */
export function foundEvent({ id, definition: { name, service } }: Pick<StoredDetector, 'id' | 'definition'>, mode: 'shadow' | 'active', startsAt: Date, since?: 'shadow'): NewEvent {
  return { type: 'detector.found', incident: null, actor: SYSTEM_ACTOR, data: { detector: id, name, service, mode, startsAt: startsAt.toISOString(), ...(since === undefined ? {} : { since }) } };
}
