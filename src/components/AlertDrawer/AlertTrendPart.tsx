import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AlertTrend } from '#contract';
import { useAlertTrend } from '../../api/useAlerts.ts';
import { Instant } from '../Instant.tsx';
import { QueryView } from '../QueryView.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { formatDuration } from '../../model/duration.ts';
import { testIds } from '../../testIds.ts';

/** What this alert did before: how often, for how long, and whether anybody was needed. */
export function AlertTrendPart({ id }: { id: string }) {
  const trend = useAlertTrend(id);
  return (
    <QueryView query={trend} loading={<Skeleton rows={1} height={48} />}>
      {(data) => <Trend trend={data} />}
    </QueryView>
  );
}

function Trend({ trend }: { trend: AlertTrend }) {
  const styles = useStyles2(getStyles);
  const { counts, bucketSeconds, from } = trend.sparkline;
  const most = Math.max(1, ...counts);
  const facts = [
    `${trend.episodes.toLocaleString()}${trend.capped ? ' or more' : ''} ${trend.episodes === 1 ? 'occurrence' : 'occurrences'}`,
    trend.meanSeconds === null ? 'never ended yet' : `${formatDuration(trend.meanSeconds * 1000)} on average`,
    ...(trend.selfResolvedRatio === null ? [] : [`${Math.round(trend.selfResolvedRatio * 100)} % ended by themselves`]),
  ];
  return (
    <div data-testid={testIds.incident.alertTrend}>
      <div className={styles.bars} role="img" aria-label={`Occurrences in stretches of ${formatDuration(bucketSeconds * 1000)}, oldest first: ${counts.join(', ')}`}>
        {counts.map((count, index) => (
          <div
            key={index}
            className={styles.bar}
            title={`${dateTimeFormat(Date.parse(from) + index * bucketSeconds * 1000)}: ${count}`}
            style={{ height: `${count === 0 ? 2 : Math.max(12, (count / most) * 100)}%`, opacity: count === 0 ? 0.3 : 1 }}
          />
        ))}
      </div>
      <div>{facts.join(' · ')}</div>
      <div className={styles.dim}>
        first <Instant at={trend.firstSeenAt} />, last <Instant at={trend.lastSeenAt} />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bars: css({ display: 'flex', alignItems: 'flex-end', gap: 2, height: 40, marginBottom: theme.spacing(0.5) }),
  bar: css({ flex: '1 1 0', minWidth: 2, background: theme.colors.primary.main, borderRadius: 1 }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
