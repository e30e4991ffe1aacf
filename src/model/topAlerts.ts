import type { IncidentLanes, LaneBar } from '#contract';
import { worseFirst } from './severities.ts';

/** The alerts to look at first: firing before resolved, worse before milder, earlier before later. Each lane holds its own first ones of these. */
export function topAlerts({ lanes }: IncidentLanes, count: number): readonly LaneBar[] {
  return lanes
    .flatMap(({ bars }) => bars)
    .sort(
      (a, b) =>
        Number(b.status === 'firing') - Number(a.status === 'firing') ||
        worseFirst(a.severity, b.severity) ||
        Date.parse(a.startsAt) - Date.parse(b.startsAt)
    )
    .slice(0, count);
}
