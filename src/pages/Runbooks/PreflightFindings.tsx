import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, useStyles2 } from '@grafana/ui';
import { useCan } from '../../api/useMe.ts';
import { usePreflight, useRunPreflight } from '../../api/useRunbooks.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';

/** What the last preflight found of one runbook, and a check at once. */
export function PreflightFindings({ runbook }: { runbook: string }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const reports = usePreflight({ enabled: true });
  const check = useRunPreflight();
  return (
    <div className={styles.whole} data-testid={testIds.runbooks.preflight} aria-live="polite">
      <QueryView query={reports} loading={<Skeleton rows={1} height={40} />}>
        {(items) => {
          const report = items.find((one) => one.runbook === runbook);
          if (report === undefined) return <span className={styles.dim}>Not checked yet. The preflight runs each night.</span>;
          const findings = [...report.findings].sort((a, b) => Number(a.ok) - Number(b.ok));
          return (
            <>
              <span className={styles.dim}>
                Checked <Instant at={report.at} />
                {report.ok ? ': it would work.' : ': it would fail.'}
              </span>
              <ul className={styles.list}>
                {findings.map((finding) => (
                  <li key={`${finding.check} ${finding.step ?? ''} ${finding.detail}`} className={finding.ok ? undefined : styles.bad}>
                    <Icon name={finding.ok ? 'check' : 'exclamation-triangle'} size="sm" aria-label={finding.ok ? 'In order' : 'Fault'} />{' '}
                    <span>
                      {finding.step !== null && <code>{finding.step}</code>} {finding.detail}
                      {!finding.ok && finding.fix !== null && <div className={styles.fix}>{finding.fix}</div>}
                    </span>
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </QueryView>
      {can('runPreflight') && (
        <div>
          <Button size="sm" variant="secondary" icon="sync" disabled={check.isPending} onClick={() => check.mutate(runbook, { onError: (error) => toast.failed(error) })}>
            {check.isPending ? 'Checking…' : 'Check now'}
          </Button>
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  whole: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), padding: theme.spacing(1), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  list: css({ listStyle: 'none', margin: 0, '& li': { display: 'flex', gap: theme.spacing(0.5), alignItems: 'baseline' } }),
  bad: css({ color: theme.colors.error.text }),
  fix: css({ color: theme.colors.text.primary }),
  dim: css({ color: theme.colors.text.secondary }),
});
