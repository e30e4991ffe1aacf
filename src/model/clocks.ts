/** The clocks of an incident, by the definitions of the field: all but the running one start at detection. */
import type { IncidentSummary } from '#contract';
import { between } from './duration.ts';
import { isRunning } from './states.ts';

export interface Clock {
  readonly label: string;
  readonly milliseconds: number;
  readonly ticking: boolean;
  readonly explanation: string;
}

/** Where the running time starts: when users began to be hurt, else when it was detected. */
export function startOfImpact(incident: IncidentSummary): string {
  return incident.impactStartedAt ?? incident.detectedAt;
}

function endOfRunning(incident: IncidentSummary): string | null {
  if (isRunning(incident.state)) {
    return null;
  }
  return incident.resolvedAt ?? incident.closedAt ?? incident.updatedAt;
}

export function runningTime(incident: IncidentSummary, now: number): Clock {
  const end = endOfRunning(incident);
  return {
    label: end === null ? 'Running' : 'Lasted',
    milliseconds: Math.max(0, (end === null ? now : Date.parse(end)) - Date.parse(startOfImpact(incident))),
    ticking: end === null,
    explanation: incident.impactStartedAt === null ? 'Since it was detected' : 'Since impact started',
  };
}

export function clocksOf(incident: IncidentSummary, now: number): readonly Clock[] {
  const clocks: Clock[] = [runningTime(incident, now)];
  const sinceDeclared = between(incident.declaredAt, new Date(now).toISOString());
  if (sinceDeclared !== null && isRunning(incident.state)) {
    clocks.push({ label: 'Since declared', milliseconds: sinceDeclared, ticking: true, explanation: 'Since the incident was declared' });
  }
  const measures: ReadonlyArray<readonly [string, string | null, string]> = [
    ['Time to acknowledge', incident.acknowledgedAt, 'From detection to the first acknowledgement by a person'],
    ['Time to identify', incident.identifiedAt, 'From detection to a known cause'],
    ['Time to mitigate', incident.mitigatedAt, 'From detection to impact removed'],
    ['Time to resolve', incident.resolvedAt, 'From detection to resolved'],
  ];
  for (const [label, end, explanation] of measures) {
    const milliseconds = between(incident.detectedAt, end);
    if (milliseconds !== null) {
      clocks.push({ label, milliseconds, ticking: false, explanation });
    }
  }
  return clocks;
}
