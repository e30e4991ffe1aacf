/** The clocks of incidents that run: for each audience, when it is to be told next. */
import { audienceId, incidentNumber, TIMELINE_AUDIENCE, type Audience, type Communication, type OrgId, type UpdateDue } from '#contract';
import type { Viewer } from '../../access/index.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { dueAfterPause, dueAt, dueState, type LastTold } from './dues.ts';
import { listTimedIncidents, type IncidentFacts, type TimedIncident } from './incidentStore.ts';
import { pauseKey, readPauses, type Pause } from './pauseStore.ts';

/** A time that stands: not met yet. */
export interface StandingDue {
  readonly incident: IncidentFacts;
  readonly audience: Audience;
  readonly dueAtMs: number;
  readonly last: LastTold | null;
  /** The clock stands, or stood, still until then. */
  readonly pause: Pause | null;
}

/** What an audience was told last. Those inside also read the timeline. */
function lastFor(audience: Audience, { lastOf }: TimedIncident): LastTold | null {
  const own = lastOf.get(audience.id) ?? null;
  const common = audience.kind === 'internal' ? (lastOf.get(TIMELINE_AUDIENCE) ?? null) : null;
  if (own === null || common === null) return own ?? common;
  return own.atMs >= common.atMs ? own : common;
}

/** Times that stand, in all incidents that the viewer may see, or in one of them; the earliest first. */
export async function standingDues(q: Queryable, orgId: OrgId, viewer: Viewer, settings: Communication, number: number | null = null): Promise<StandingDue[]> {
  const pauses = await readPauses(q, orgId, number);
  const timed = await listTimedIncidents(q, orgId, viewer, number);
  const dues = timed.flatMap((one) => settings.audiences.flatMap((audience) => {
    const last = lastFor(audience, one);
    const at = dueAt(audience, { ...one.facts, last });
    const pause = pauses.get(pauseKey(one.incident.number, audience.id)) ?? null;
    return at === null ? [] : [{ incident: one.incident, audience, dueAtMs: dueAfterPause(at, pause?.until.getTime() ?? null), last, pause }];
  }));
  return dues.sort((a, b) => a.dueAtMs - b.dueAtMs || a.incident.number - b.incident.number || (a.audience.id < b.audience.id ? -1 : 1));
}

/** A standing time as it is shown. */
export function showDue({ incident, audience, dueAtMs, last, pause }: StandingDue, settings: Communication, nowMs: number): UpdateDue {
  return {
    incident: incidentNumber.parse(incident.number), title: incident.title, severity: incident.severity, audience: audienceId.parse(audience.id), audienceName: audience.name,
    dueAt: new Date(dueAtMs).toISOString(), state: dueState(dueAtMs, nowMs, settings.remindMinutes), lastAt: last === null ? null : new Date(last.atMs).toISOString(),
    paused: pause === null || pause.until.getTime() <= nowMs ? null : { until: pause.until.toISOString(), reason: pause.reason, by: pause.by.name },
  };
}
