import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AccuracyFigures, CalibrationFigures, HelperAccuracy } from '#contract';
import { formatShare, formatShareRange } from '../../model/amounts.ts';
import type { HELPER_WORDS } from '../../model/helpers.ts';

const WEEK = 'YYYY-MM-DD';

function figure(value: number | null, isShare: boolean): string {
  if (value === null) return '–';
  return isShare ? formatShare(value) : value.toFixed(3);
}

function rangeOf(interval: AccuracyFigures['interval'], isShare: boolean): string {
  if (interval === null) return '–';
  return isShare ? formatShareRange(interval) : `${interval.low.toFixed(3)}-${interval.high.toFixed(3)}`;
}

/** Figures by week, the newest first, and those of the whole time. */
export function WeeksTable({ helper, words }: { helper: HelperAccuracy; words: (typeof HELPER_WORDS)[HelperAccuracy['helper']] }) {
  const styles = useStyles2(getStyles);
  const isShare = helper.measure !== 'brier';
  const weeks = helper.weeks.filter(({ judged }) => judged > 0).reverse();
  return (
    <div className={styles.scroll} role="region" aria-label={`${words.title} by week`} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Week from</th>
            <th scope="col">Known</th>
            <th scope="col">{words.measure}</th>
            <th scope="col">95 % sure</th>
            <th scope="col">Baseline</th>
            <th scope="col">{words.precision}</th>
            <th scope="col">{words.recall}</th>
            <th scope="col">It was sure to, and came true</th>
          </tr>
        </thead>
        <tbody>
          <tr className={styles.total}>
            <th scope="row">All</th>
            <Figures figures={helper.total} calibration={helper.calibration} isShare={isShare} />
          </tr>
          {weeks.map((week) => (
            <tr key={week.from}>
              <th scope="row">{dateTimeFormat(week.from, { format: WEEK, timeZone: 'utc' })}</th>
              <Figures figures={week} calibration={week.calibration} isShare={isShare} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Figures({ figures: { judged, score, baseline, precision, recall, interval }, calibration: { said, came }, isShare }: { figures: AccuracyFigures; calibration: CalibrationFigures; isShare: boolean }) {
  return (
    <>
      <td>{judged.toLocaleString()}</td>
      <td>{figure(score, isShare)}</td>
      <td>{rangeOf(interval, isShare)}</td>
      <td>{figure(baseline, isShare)}</td>
      <td>{figure(precision, true)}</td>
      <td>{figure(recall, true)}</td>
      <td>{said === null || came === null ? '–' : `${formatShare(said)}, ${formatShare(came)}`}</td>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto', marginBottom: theme.spacing(1) }),
  table: css({
    borderCollapse: 'collapse', width: '100%', fontVariantNumeric: 'tabular-nums',
    '& th, & td': { padding: theme.spacing(0.5, 1), textAlign: 'left', borderBottom: `1px solid ${theme.colors.border.weak}`, fontWeight: theme.typography.fontWeightRegular },
    '& tbody th, & td': { whiteSpace: 'nowrap' },
    '& thead th': { color: theme.colors.text.secondary },
  }),
  total: css({ '& th, & td': { fontWeight: theme.typography.fontWeightMedium } }),
});
