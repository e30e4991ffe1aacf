import type { AlertSummary } from '#contract';
import { worseFirst } from './severities.ts';

/** The alerts to look at first: firing before resolved, worse before milder, earlier before later. */
export function topAlerts(alerts: readonly AlertSummary[], count: number): readonly AlertSummary[] {
  return [...alerts]
    .sort(
      (a, b) =>
        Number(b.status === 'firing') - Number(a.status === 'firing') ||
        worseFirst(a.severity, b.severity) ||
        Date.parse(a.startsAt) - Date.parse(b.startsAt)
    )
    .slice(0, count);
}
