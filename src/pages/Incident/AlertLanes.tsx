import { css } from '@emotion/css';
import { useMemo } from 'react';
import { Link } from 'react-router-dom';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import type { Change, Incident } from '#contract';
import { useIncidentLanes } from '../../api/useAlerts.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { severityColors } from '../../components/severityColors.ts';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useNow } from '../../hooks/useNow.ts';
import { countOf } from '../../model/counts.ts';
import { formatDuration } from '../../model/duration.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { swimLanes, type Bar, type Lane } from '../../model/swimLanes.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const REDRAW_MS = 15_000;
const DAY_MS = 24 * 3_600_000;
/** A thinner bar has no room for words; its tooltip has them. */
const LEAST_LABELLED = 0.12;

/** What broke first and what followed: the alerts as bars over time, a lane for each service. */
export function AlertLanes({ incident, changes }: { incident: Incident; changes: readonly Change[] }) {
  const styles = useStyles2(getStyles);
  const lanes = useIncidentLanes(incident.number);
  const now = useNow(REDRAW_MS);
  const drawn = useMemo(
    () => (lanes.data === undefined ? null : swimLanes(lanes.data, now, changes.map(({ at }) => Date.parse(at)))),
    [lanes.data, now, changes]
  );

  return (
    <QueryView query={lanes} loading={<Skeleton rows={4} height={28} />}>
      {({ leftOut }) =>
        drawn === null || drawn.lanes.length === 0 ? (
          <span className={styles.dim}>No alerts belong to this incident.</span>
        ) : (
          <div data-testid={testIds.incident.swimLanes}>
            {drawn.lanes.map((lane) => (
              <LaneRow key={lane.service ?? ''} lane={lane} number={incident.number} />
            ))}
            {changes.length > 0 && <ChangeRow changes={changes} from={drawn.from} to={drawn.to} />}
            <div className={styles.axis} aria-hidden>
              {[drawn.from, (drawn.from + drawn.to) / 2, drawn.to].map((at) => (
                <span key={at}>{dateTimeFormat(at, { format: drawn.to - drawn.from > DAY_MS ? 'MM-DD HH:mm' : 'HH:mm' })}</span>
              ))}
            </div>
            <div className={styles.small}>
              The service that broke first is on top. Filled bars fire now, outlined ones have ended.
              {leftOut > 0 && ` ${countOf(leftOut, 'more service')} came later.`}
            </div>
          </div>
        )
      }
    </QueryView>
  );
}

function LaneRow({ lane, number }: { lane: Lane; number: number }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.lane}>
      <div className={styles.name} title={lane.service ?? 'No service'}>
        <div className={styles.service}>{lane.service ?? 'No service'}</div>
        <div className={styles.small}>
          {lane.firing.toLocaleString()} of {lane.total.toLocaleString()} firing
        </div>
      </div>
      <div className={styles.rows}>
        {lane.rows.map((row, index) => (
          <div key={index} className={styles.track}>
            {row.map((bar) => (
              <AlertBar key={bar.id} bar={bar} number={number} />
            ))}
          </div>
        ))}
        {lane.hidden > 0 && <div className={styles.small}>+{lane.hidden.toLocaleString()} more</div>}
      </div>
    </div>
  );
}

/** Deploys and other changes on the same time, so that one sees what was changed just before. */
function ChangeRow({ changes, from, to }: { changes: readonly Change[]; from: number; to: number }) {
  const styles = useStyles2(getStyles);
  const earlier = changes.filter(({ at }) => Date.parse(at) < from).length;
  return (
    <div className={styles.lane}>
      <div className={styles.name}>
        <div className={styles.service}>Changes</div>
        <div className={styles.small}>
          {countOf(changes.length, 'change')} near it{earlier > 0 && `, ${earlier} earlier than drawn`}
        </div>
      </div>
      <ul className={styles.marks}>
        {changes.map((change) => {
          const text = `${dateTimeFormat(change.at, { format: 'HH:mm:ss' })} ${change.kind}: ${change.title}${change.service === null ? '' : ` (${change.service})`}`;
          return (
            <li
              key={change.position}
              className={styles.mark}
              style={{ left: `${Math.max(0, (Date.parse(change.at) - from) / (to - from)) * 100}%`, ...(Date.parse(change.at) < from ? { opacity: 0.5 } : {}) }}
              title={text}
              data-testid={testIds.incident.changeMark}
            >
              <Icon name="rocket" size="sm" title={text} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function AlertBar({ bar, number }: { bar: Bar; number: number }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const start = dateTimeFormat(bar.startsAt, { format: 'HH:mm:ss' });
  const end = bar.firing || bar.endsAt === null ? 'still firing' : `ended ${dateTimeFormat(bar.endsAt, { format: 'HH:mm:ss' })}`;
  const text = `${SEVERITY_LABELS[bar.severity]} ${bar.name}: since ${start}, ${end}`;
  const length = bar.endsAt === null ? null : Date.parse(bar.endsAt) - Date.parse(bar.startsAt);
  const color = severityColors(theme, bar.severity).main;
  // many of them, and Grafana's tooltip costs more than the bar
  return (
    <Link
      to={`${paths.incident(number, 'alerts')}&alert=${encodeURIComponent(bar.id)}`}
      aria-label={text}
      title={length === null ? text : `${text} (${formatDuration(length)})`}
      className={styles.bar}
      style={{
        left: `${bar.left * 100}%`,
        width: `${bar.width * 100}%`,
        background: bar.firing ? color : 'transparent',
        borderColor: color,
        color: bar.firing ? theme.colors.getContrastText(color) : theme.colors.text.primary,
      }}
    >
      {bar.width > LEAST_LABELLED && `${SEVERITY_LABELS[bar.severity]} ${bar.name}`}
    </Link>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  lane: css({
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  name: css({ flex: '0 0 clamp(90px, 22%, 180px)', minWidth: 0 }),
  service: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  small: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  rows: css({ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column', gap: 3, justifyContent: 'center' }),
  track: css({ position: 'relative', height: 18, background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  bar: css({
    position: 'absolute',
    top: 0,
    bottom: 0,
    minWidth: 4,
    padding: theme.spacing(0, 0.5),
    border: '1px solid',
    fontSize: 11,
    lineHeight: '16px',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    borderRadius: theme.shape.radius.default,
    '&:focus-visible': { outline: `2px solid ${theme.colors.text.maxContrast}`, outlineOffset: 1 },
  }),
  marks: css({ position: 'relative', flex: 1, minWidth: 0, minHeight: 24, margin: 0, listStyle: 'none' }),
  mark: css({
    position: 'absolute',
    top: 2,
    marginLeft: -9,
    padding: 2,
    lineHeight: 0,
    color: theme.colors.warning.text,
    border: `1px solid ${theme.colors.warning.border}`,
    borderRadius: theme.shape.radius.circle,
    background: theme.colors.background.primary,
  }),
  axis: css({
    display: 'flex',
    justifyContent: 'space-between',
    marginLeft: 'calc(clamp(90px, 22%, 180px) + 8px)',
    padding: theme.spacing(0.5, 0),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  dim: css({ color: theme.colors.text.secondary }),
});
