import { dateTimeFormat } from '@grafana/data';
import { useNow } from '../hooks/useNow.ts';
import { formatAgo } from '../model/duration.ts';

const FULL = 'YYYY-MM-DD HH:mm:ss';
const DAY = 'YYYY-MM-DD';

interface Props {
  at: string;
  /** `ago`: how long ago. `clock`: date and time in the user's time zone. `time`: hour and minute, with the day where it is not today. */
  as?: 'ago' | 'clock' | 'time';
}

/** A moment, in the time zone of the user, with UTC at hand for talking across zones. */
export function Instant({ at, as = 'ago' }: Props) {
  const local = dateTimeFormat(at, { format: FULL });
  const utc = dateTimeFormat(at, { format: FULL, timeZone: 'utc' });
  return (
    <time dateTime={at} title={`${local} (${utc} UTC)`}>
      {as === 'ago' ? <Ago at={at} /> : as === 'time' ? <TimeOfDay at={at} /> : local}
    </time>
  );
}

const AGO_INTERVAL_MS = 10_000;

function Ago({ at }: { at: string }) {
  const now = useNow(AGO_INTERVAL_MS);
  return <>{formatAgo(now - Date.parse(at))}</>;
}

function TimeOfDay({ at }: { at: string }) {
  const now = useNow(AGO_INTERVAL_MS);
  const isToday = dateTimeFormat(at, { format: DAY }) === dateTimeFormat(now, { format: DAY });
  return <>{dateTimeFormat(at, { format: isToday ? 'HH:mm' : 'ddd D MMM, HH:mm' })}</>;
}
