import { Badge, useStyles2 } from '@grafana/ui';
import type { ClockKind, Incident, IncidentClock } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useIncidentClocks } from '../../api/useMobilisation.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { useNow } from '../../hooks/useNow.ts';
import { formatDuration } from '../../model/duration.ts';
import { getListStyles } from '../Settings/listStyles.ts';

const KIND_WORDS: Readonly<Record<ClockKind, string>> = { response: 'First answer', update: 'Next update', resolution: 'Resolved' };

/** How much time is left for an answer, the next update, the end. */
export function ClocksBlock({ incident }: { incident: Incident }) {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const clocks = useIncidentClocks(incident.number, { enabled: can('getIncidentClocks') });
  return (
    <QueryView query={clocks} loading={<span />}>
      {(data) =>
        data.clocks.length === 0 ? null : (
          <section>
            <h3 className={styles.title}>Clocks</h3>
            <ul className={styles.list} aria-label="Clocks">
              {data.clocks.map((clock) => (
                <ClockRow key={clock.kind} clock={clock} />
              ))}
            </ul>
          </section>
        )
      }
    </QueryView>
  );
}

function ClockRow({ clock }: { clock: IncidentClock }) {
  const styles = useStyles2(getListStyles);
  const now = useNow();
  const left = clock.dueAt === null ? null : Date.parse(clock.dueAt) - now;
  const isLate = clock.breachedAt !== null || (left !== null && left <= 0);
  const isAtRisk = !isLate && clock.atRiskAt !== null && Date.parse(clock.atRiskAt) <= now;
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <strong>{KIND_WORDS[clock.kind]}</strong>{' '}
        <span className={styles.dim} role="timer" aria-live="off">
          {clock.state === 'met' ? 'done' : left === null ? 'stands still' : left <= 0 ? `late by ${formatDuration(-left)}` : `${formatDuration(left)} left`}, of {formatDuration(clock.limitSeconds * 1000)}
        </span>
      </span>
      {isLate && <Badge color="red" text={clock.state === 'met' ? 'Was late' : 'Late'} />}
      {isAtRisk && <Badge color="orange" text="At risk" />}
    </li>
  );
}
