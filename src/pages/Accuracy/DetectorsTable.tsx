import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { DetectorAccuracy } from '#contract';
import { formatShare } from '../../model/amounts.ts';

/** Each detector over the whole time: how often it was right, and its false alarms a week against those that it may have. */
export function DetectorsTable({ detectors }: { detectors: readonly DetectorAccuracy[] }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.scroll} role="region" aria-label="Detectors one by one" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Detector</th>
            <th scope="col">Right</th>
            <th scope="col">Wrong</th>
            <th scope="col">Not judged</th>
            <th scope="col">Share right</th>
            <th scope="col">False alarms a week</th>
            <th scope="col">Allowed</th>
          </tr>
        </thead>
        <tbody>
          {detectors.map((detector) => (
            <tr key={detector.name}>
              <th scope="row">{detector.name}</th>
              <td>{detector.right.toLocaleString()}</td>
              <td>{detector.wrong.toLocaleString()}</td>
              <td>{detector.unjudged.toLocaleString()}</td>
              <td>{detector.precision === null ? '–' : formatShare(detector.precision)}</td>
              <td>{detector.wrongAWeek.toLocaleString()}</td>
              <td>{detector.allowedAWeek?.toLocaleString() ?? '–'}</td>
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
    '& th, & td': { padding: theme.spacing(0.5, 1), textAlign: 'left', borderBottom: `1px solid ${theme.colors.border.weak}`, fontWeight: theme.typography.fontWeightRegular },
    '& thead th': { color: theme.colors.text.secondary },
  }),
});
