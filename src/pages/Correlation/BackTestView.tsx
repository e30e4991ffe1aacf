import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, EmptyState, Icon, Stack, useStyles2 } from '@grafana/ui';
import type { BackTest, BackTestReport } from '#contract';
import { isUnderWay, useBackTest, useCancelBackTest } from '../../api/useCorrelation.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { BACK_TEST_LABELS, measuresOf, type Measure } from '../../model/backTests.ts';
import { testIds } from '../../testIds.ts';
import { DifferenceView } from './DifferenceView.tsx';

/** One back-test: how far it is, then what it found. */
export function BackTestView({ id }: { id: string }) {
  const test = useBackTest(id);
  return (
    <QueryView query={test} loading={<Skeleton rows={4} height={48} />}>
      {(data) => <Body test={data} />}
    </QueryView>
  );
}

function Body({ test }: { test: BackTest }) {
  const styles = useStyles2(getStyles);
  const version = test.baseVersion === 0 ? 'what Muster ships with' : `version ${test.baseVersion}`;
  return (
    <section className={styles.body} aria-label="Back-test" data-testid={testIds.correlation.backTest} data-state={test.state}>
      <div>
        The draft of <Instant at={test.requestedAt} as="clock" /> against {version}, on alerts from <Instant at={test.from} as="clock" /> to <Instant at={test.to} as="clock" />
      </div>
      {isUnderWay(test) && <Progress test={test} />}
      {test.state === 'failed' && (
        <Alert severity="error" title="The back-test failed">
          {test.error} The log of the service has the details. Starting it again is safe.
        </Alert>
      )}
      {test.state === 'cancelled' && <Alert severity="info" title="The back-test was stopped" />}
      {test.report !== null && <Report report={test.report} />}
    </section>
  );
}

function Progress({ test }: { test: BackTest }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const cancel = useCancelBackTest();
  const percent = Math.round(test.progress * 100);
  return (
    <Stack gap={2} alignItems="center" wrap="wrap">
      <div className={styles.track} role="progressbar" aria-label="Progress" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
        <div className={styles.done} style={{ width: `${percent}%` }} />
      </div>
      <span>{test.state === 'queued' ? BACK_TEST_LABELS.queued : `${percent} %`}</span>
      {can('cancelBackTest') && (
        <Button size="sm" variant="secondary" disabled={cancel.isPending} onClick={() => cancel.mutate(test.id, { onError: (error) => toast.failed(error) })}>
          Stop
        </Button>
      )}
    </Stack>
  );
}

function Report({ report }: { report: BackTestReport }) {
  const styles = useStyles2(getStyles);
  if (report.alerts === 0) {
    return (
      <EmptyState variant="not-found" message="No alerts in this period">
        Choose a longer one.
      </EmptyState>
    );
  }
  return (
    <>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <caption className={styles.caption}>{report.alerts} alerts of the period, correlated both ways</caption>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col">In force</th>
              <th scope="col">Draft</th>
            </tr>
          </thead>
          <tbody>
            {measuresOf(report.before, report.after).map((measure) => (
              <MeasureRow key={measure.name} measure={measure} />
            ))}
          </tbody>
        </table>
      </div>
      <h3 className={styles.title}>
        {report.differencesTotal === 0 ? 'Both make the same incidents' : `${report.differencesTotal} ${report.differencesTotal === 1 ? 'difference' : 'differences'}`}, {report.unchanged} unchanged
      </h3>
      {report.differencesTotal > report.differences.length && <div className={styles.dim}>The {report.differences.length} largest are shown.</div>}
      {report.differences.map((difference, index) => (
        <DifferenceView key={index} difference={difference} />
      ))}
    </>
  );
}

function MeasureRow({ measure }: { measure: Measure }) {
  const styles = useStyles2(getStyles);
  return (
    <tr>
      <th scope="row">
        {measure.name}
        <div className={styles.dim}>{measure.explanation}</div>
      </th>
      <td>{measure.before}</td>
      <td>
        {measure.after}{' '}
        {measure.better !== null && (
          <span className={measure.better ? styles.good : styles.bad}>
            <Icon name={measure.better ? 'arrow-up' : 'arrow-down'} size="sm" aria-hidden /> {measure.better ? 'better' : 'worse'}
          </span>
        )}
      </td>
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  body: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  track: css({ flex: '1 1 200px', maxWidth: 480, height: 8, borderRadius: 4, background: theme.colors.background.secondary, overflow: 'hidden' }),
  done: css({
    height: '100%',
    background: theme.colors.primary.main,
    [theme.transitions.handleMotion('no-preference')]: { transition: 'width 0.3s ease-out' },
  }),
  scroll: css({ overflowX: 'auto' }),
  table: css({
    width: '100%',
    maxWidth: 720,
    'th, td': { padding: theme.spacing(1, 1.5), textAlign: 'left', verticalAlign: 'top', borderBottom: `1px solid ${theme.colors.border.weak}` },
    'tbody th': { fontWeight: theme.typography.fontWeightRegular },
    td: { whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
  }),
  caption: css({ captionSide: 'top', textAlign: 'left', color: theme.colors.text.secondary, padding: theme.spacing(0, 0, 1) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  good: css({ color: theme.colors.success.text }),
  bad: css({ color: theme.colors.error.text }),
});
