/** How long the stages of an incident took, for people. */
import type { IncidentTime, IncidentTimes, TimeMeasure } from '#contract';

export const MEASURE_LABELS: Readonly<Record<TimeMeasure, string>> = {
  detect: 'To detect',
  declare: 'To declare',
  acknowledge: 'To acknowledge',
  identify: 'To find the cause',
  mitigate: 'To remove the impact',
  resolve: 'To resolve',
  impact: 'Impact lasted',
};

export const MEASURE_MEANINGS: Readonly<Record<TimeMeasure, string>> = {
  detect: 'From the begin of the impact until Muster knew of it',
  declare: 'From detection until it was declared',
  acknowledge: 'From detection until a person acknowledged it',
  identify: 'From detection until the cause was identified',
  mitigate: 'From detection until the impact was removed',
  resolve: 'From detection until it was resolved',
  impact: 'From the begin of the impact until it was removed, or the incident resolved',
};

/** A stage as it stands now: one that is still open has grown since the service looked, by planned work while that lasts. */
export function timeAt(time: IncidentTime, times: IncidentTimes, nowMs: number): Pick<IncidentTime, 'wallMs' | 'maintenanceMs' | 'countedMs'> {
  const grown = time.to === null ? Math.max(0, nowMs - Date.parse(times.at)) : 0;
  const isPlanned = times.underMaintenance.some(({ endsAt }) => endsAt >= times.at);
  return {
    wallMs: time.wallMs + grown,
    maintenanceMs: time.maintenanceMs + (isPlanned ? grown : 0),
    countedMs: time.countedMs + (isPlanned ? 0 : grown),
  };
}
