import { Alert } from '@grafana/ui';
import type { Schedule } from '#contract';
import { momentText } from './shiftWords.ts';

/** Which calendars layers follow; what could not be read is told as a warning, with the copy that counts instead. */
export function CalendarsNotice({ schedule }: { schedule: Schedule }) {
  const nameOf = (id: string): string => schedule.layers.find((layer) => layer.id === id)?.name ?? id;
  const good = schedule.calendars.filter(({ failure }) => failure === null);
  return (
    <>
      {schedule.calendars.map(({ layer, host, readAt, failedAt, failure }) => failure !== null && (
        <Alert key={layer} severity="warning" title={`The calendar of ${nameOf(layer)} could not be read`}>
          {`Its copy of ${momentText(readAt)} says who is on call. ${host}${failedAt === null ? '' : `, ${momentText(failedAt)}`}: ${failure}. It is tried again every 15 minutes.`}
        </Alert>
      ))}
      {good.length > 0 && (
        <div>
          {good.map(({ layer, host, readAt, leftOut }) => (
            <div key={layer}>{`${nameOf(layer)} follows a calendar at ${host}, read last ${momentText(readAt)}${leftOut === 0 ? '' : `; ${leftOut} of its events could not be taken over as they are`}`}</div>
          ))}
        </div>
      )}
    </>
  );
}
