import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Icon, useStyles2, type BadgeColor } from '@grafana/ui';
import type { IconName } from '@grafana/data';
import type { DryRun, DryRunStep, PlannedRequest } from '#contract';
import { kindTitle } from '../../model/runbooks.ts';
import { testIds } from '../../testIds.ts';
import { boxStyle } from '../boxStyle.ts';

const LOOKS: Readonly<Record<DryRunStep['outcome'], readonly [BadgeColor, IconName, string]>> = {
  would_run: ['blue', 'play', 'Would run'],
  would_skip: ['darkgrey', 'forward', 'Would skip'],
  would_wait: ['orange', 'hourglass', 'Would wait'],
  fault: ['red', 'exclamation-triangle', 'Fault'],
};

/** What a run would do, step by step, with the requests that it would send. */
export function DryRunView({ result }: { result: DryRun }) {
  const styles = useStyles2(getStyles);
  const faults = result.steps.filter(({ outcome }) => outcome === 'fault').length;
  const errors = result.findings.filter(({ level }) => level === 'error');
  return (
    <div className={styles.whole}>
      {result.ok ? (
        <div className={styles.dim}>
          <Icon name="check" aria-hidden /> Nothing was sent. Outputs of steps are examples.
        </div>
      ) : (
        <Alert severity="warning" title={faults === 0 ? 'It would not start' : `It would fail at ${faults === 1 ? 'one step' : `${faults} steps`}`}>
          {errors.map(({ message, line, path }) => (
            <div key={`${path} ${message}`}>{line > 0 ? `Line ${line}: ${message}` : message}</div>
          ))}
        </Alert>
      )}
      <ol className={styles.list} aria-label="What it would do">
        {result.steps.map((step) => {
          const [color, icon, words] = LOOKS[step.outcome];
          return (
            <li key={step.path} className={styles.step} data-testid={testIds.runbooks.dryRunStep} data-outcome={step.outcome}>
              <div className={styles.line}>
                <strong>{step.name}</strong>
                <span className={styles.dim}>{kindTitle(step.kind)}</span>
                <Badge color={color} icon={icon} text={words} />
              </div>
              <div className={step.outcome === 'fault' ? styles.error : undefined}>{step.text}</div>
              {step.requests.map((request, at) => (
                <RequestView key={at} request={request} of={step.name} />
              ))}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function RequestView({ request, of }: { request: PlannedRequest; of: string }) {
  const styles = useStyles2(getStyles);
  return (
    <pre className={styles.request} tabIndex={0} aria-label={`Request of ${of}`}>
      {`${request.method} ${request.to}`}
      {Object.entries(request.headers).map(([name, value]) => `\n${name}: ${value}`)}
      {request.body !== null && `\n\n${request.body}`}
    </pre>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  whole: css({ display: 'flex', flexDirection: 'column', alignItems: 'stretch', gap: theme.spacing(1) }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  step: css({ ...boxStyle(theme), flexDirection: 'column', overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  dim: css({ color: theme.colors.text.secondary }),
  error: css({ color: theme.colors.error.text }),
  request: css({ margin: 0, maxHeight: 240, overflow: 'auto', whiteSpace: 'pre-wrap', fontSize: theme.typography.bodySmall.fontSize }),
});
