/** Turns a refused change into words: who was faster, and with what. */
import type { EventType, TimelineEntry } from '#contract';
import { ApiError, isConflict, toApiError } from './apiError.ts';
import { callApi } from './callApi.ts';

/** The error of a change, told by the newest thing that a person did when somebody else was faster. */
export async function toldConflict(error: unknown, number: number): Promise<ApiError> {
  const apiError = toApiError(error);
  if (!isConflict(apiError)) {
    return apiError;
  }
  try {
    const { items } = await callApi('listTimeline', { params: { number }, query: { kind: 'people', limit: 1 } });
    const detail = conflictText(apiError, items[0]);
    return new ApiError({ code: apiError.code, status: apiError.status, detail, extra: apiError.extra, cause: apiError });
  } catch {
    // the service's own words are good enough when the timeline cannot be read
    return apiError;
  }
}

export function conflictText(error: ApiError, newest: TimelineEntry | undefined): string {
  const deed = newest === undefined ? undefined : DEEDS.get(newest.type);
  if (newest === undefined || deed === undefined) {
    return error.detail;
  }
  return error.code === 'conflict'
    ? `Already ${deed} by ${newest.actor.name}.`
    : `${newest.actor.name} was faster: this was ${deed} meanwhile. You now see it as it is.`;
}

const DEEDS: ReadonlyMap<string, string> = new Map<EventType, string>([
  ['incident.promoted', 'promoted'],
  ['incident.rejected', 'rejected'],
  ['incident.acknowledged', 'acknowledged'],
  ['incident.identified', 'marked as identified'],
  ['incident.mitigation_started', 'moved to mitigating'],
  ['incident.mitigated', 'mitigated'],
  ['incident.resolved', 'resolved'],
  ['incident.review_started', 'moved to review'],
  ['incident.closed', 'closed'],
  ['incident.reopened', 'reopened'],
  ['incident.cancelled', 'cancelled'],
  ['incident.merged', 'merged'],
  ['incident.severity_changed', 'given another severity'],
  ['incident.commander_assigned', 'given a commander'],
  ['incident.edited', 'edited'],
]);
