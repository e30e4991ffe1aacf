import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Badge, TextLink, useStyles2 } from '@grafana/ui';
import type { DetectorAccuracy } from '#contract';
import { formatShare, formatShareRange } from '../../model/amounts.ts';
import { STATE_WORDS } from '../../model/detectors.ts';
import { paths } from '../../paths.ts';

function shareText({ value, low, high }: DetectorAccuracy['precision']): string {
  return value === null || low === null || high === null ? '–' : `${formatShare(value)} (${formatShareRange({ low, high })})`;
}

/** `2026-02-16: 3 of 5` */
function weekText({ from, right, wrong }: DetectorAccuracy['weeks'][number]): string {
  return `${dateTimeFormat(from, { format: 'YYYY-MM-DD', timeZone: 'utc' })}: ${right} of ${right + wrong}`;
}

/** Each detector: how often it was right, in all and by week, its false alarms against those that it may have, and whether it put itself to shadow. */
export function DetectorsTable({ detectors }: { detectors: readonly DetectorAccuracy[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.scroll} role="region" aria-label="Detectors one by one" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Detector</th>
            <th scope="col">Standing</th>
            <th scope="col">Right</th>
            <th scope="col">Wrong</th>
            <th scope="col">Not judged</th>
            <th scope="col">Share right (95 % sure)</th>
            <th scope="col">False alarms a week</th>
            <th scope="col">Promised at most</th>
            <th scope="col">Right by week</th>
          </tr>
        </thead>
        <tbody>
          {detectors.map((detector) => (
            <tr key={detector.id}>
              <th scope="row">{detector.state === null ? detector.name : <TextLink href={paths.detector(detector.id)} inline>{detector.name}</TextLink>}</th>
              <td>
                {detector.selfShadow === null ? (
                  detector.state === null ? 'Removed' : STATE_WORDS[detector.state]
                ) : (
                  <>
                    <Badge text="Put itself to shadow" color="orange" icon="eye-slash" /> <span className={styles.reason}>{detector.selfShadow.reason}</span>
                  </>
                )}
              </td>
              <td>{detector.precision.right.toLocaleString()}</td>
              <td>{detector.precision.wrong.toLocaleString()}</td>
              <td>{detector.precision.unjudged.toLocaleString()}</td>
              <td>{shareText(detector.precision)}</td>
              <td>
                {detector.wrongAWeek.toLocaleString()}
                {detector.allowedAWeek !== null && detector.wrongAWeek > detector.allowedAWeek && ', too many'}
              </td>
              <td>{detector.allowedAWeek?.toLocaleString() ?? '–'}</td>
              <td>{detector.weeks.length === 0 ? '–' : detector.weeks.map(weekText).join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto', marginTop: theme.spacing(1) }),
  table: css({
    borderCollapse: 'collapse', width: '100%', fontVariantNumeric: 'tabular-nums',
    '& th, & td': { padding: theme.spacing(0.5, 1), textAlign: 'left', verticalAlign: 'top', borderBottom: `1px solid ${theme.colors.border.weak}`, fontWeight: theme.typography.fontWeightRegular },
    '& thead th': { color: theme.colors.text.secondary },
  }),
  reason: css({ color: theme.colors.text.secondary }),
});
