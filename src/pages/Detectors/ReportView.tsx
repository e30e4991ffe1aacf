import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Detector } from '#contract';
import { useDetectorReport } from '../../api/useDetectors.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { precisionText, rateText } from '../../model/detectors.ts';
import { testIds } from '../../testIds.ts';

/** What it found since it watches, how often that was right, and whether that speaks for letting it alert. */
export function ReportView({ detector }: { detector: Detector }) {
  const styles = useStyles2(getStyles);
  const report = useDetectorReport(detector.id);
  return (
    <section aria-label={`Report of ${detector.name}`} data-testid={testIds.detectors.report}>
      <h4 className={styles.title}>{detector.state === 'active' ? 'Report' : 'Shadow report'}</h4>
      <QueryView query={report} loading={<Skeleton rows={1} height={60} />}>
        {(data) => (
          <>
            <dl className={styles.figures}>
              <div>
                <dt>Watches since</dt>
                <dd><Instant at={data.since} as="clock" /></dd>
              </div>
              <div>
                <dt>{detector.state === 'active' ? 'Found' : 'Would have alerted'}</dt>
                <dd>
                  {data.findings}
                  {data.findingsAWeek !== null && ` (${rateText(data.findingsAWeek)} a week)`}
                </dd>
              </div>
              <div>
                <dt>Precision so far</dt>
                <dd>{precisionText(data.precision)}</dd>
              </div>
              <div>
                <dt>False alarms a week</dt>
                <dd>
                  {data.wrongAWeek === null ? 'not known yet' : rateText(data.wrongAWeek)}, at most {rateText(data.alarmsAWeek)}
                </dd>
              </div>
            </dl>
            <p className={styles.verdict}>
              <Icon name={data.ready ? 'check-circle' : 'info-circle'} aria-hidden /> {verdictText(detector, data.ready)}
            </p>
            <ul className={styles.reasons}>
              {data.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </>
        )}
      </QueryView>
    </section>
  );
}

function verdictText({ state }: Detector, isReady: boolean): string {
  if (state === 'active') return isReady ? 'What is known speaks for its alerting.' : 'It alerts, though little speaks for that yet.';
  return isReady ? 'What is known speaks for letting it alert.' : 'More should be known before it alerts.';
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ fontSize: theme.typography.h5.fontSize, marginBottom: theme.spacing(1) }),
  figures: css({
    display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 4), margin: 0,
    '& dt': { color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, fontWeight: theme.typography.fontWeightRegular }, '& dd': { margin: 0 },
  }),
  verdict: css({ margin: theme.spacing(1, 0, 0) }),
  reasons: css({ margin: 0, paddingLeft: theme.spacing(3), color: theme.colors.text.secondary }),
});
