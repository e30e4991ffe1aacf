import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { Badge, Button, TextLink, useStyles2 } from '@grafana/ui';
import type { RunbookSummary } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useCan } from '../../api/useMe.ts';
import { useRunbookList } from '../../api/useRunbooks.ts';
import { AppProviders } from '../../components/AppProviders.tsx';
import { PanelWaiting } from '../../components/PanelWaiting.tsx';
import { RunCard } from '../../components/runs/RunCard.tsx';
import { StartRunDialog } from '../../components/runs/StartRunDialog.tsx';
import { formatShare } from '../../model/amounts.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { DEFAULT_OPTIONS, panelBody, servicesOf, type RunbooksPanelOptions } from './options.ts';

type Props = PanelProps<RunbooksPanelOptions>;

/** Procedures for the service that the dashboard shows. */
export function RunbooksPanel(props: Props) {
  return (
    <AppProviders>
      <Runbooks {...props} />
    </AppProviders>
  );
}

const ROW_HEIGHT_PX = 40;

function Runbooks({ options, replaceVariables, timeRange, width, height }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const services = servicesOf(options, replaceVariables);
  const { data, error, refetch } = useRunbookList({ state: 'live' });
  const [asked, setAsked] = useState<RunbookSummary | null>(null);
  /** Runs that were started here, the newest first. */
  const [started, setStarted] = useState<readonly string[]>([]);

  if (data === undefined) return <PanelWaiting error={error} height={height} rowHeight={ROW_HEIGHT_PX} onRetry={() => void refetch()} />;

  const general = options.general ?? DEFAULT_OPTIONS.general;
  const fitting = data.filter(({ services: named }) => (named.length === 0 ? general : services.length === 0 || named.some((name) => services.includes(name))));
  // those for just this service first
  const sorted = [...fitting].sort((a, b) => Number(a.services.length === 0) - Number(b.services.length === 0) || a.title.localeCompare(b.title));
  return (
    <div className={styles.frame} style={{ width, height }} data-testid={testIds.panel.root}>
      {started.map((id) => (
        <RunCard key={id} id={id} />
      ))}
      {sorted.length === 0 ? (
        <div className={styles.middle} style={{ minHeight: started.length === 0 ? height : 0 }}>
          <span>{services.length === 0 ? 'No live runbooks' : `No runbook for ${services.join(', ')}`}</span>
          {height > 80 && (
            <TextLink href={paths.runbooks()} inline={false}>
              All runbooks
            </TextLink>
          )}
        </div>
      ) : (
        <ul className={styles.list} aria-label={services.length === 0 ? 'Runbooks' : `Runbooks for ${services.join(', ')}`}>
          {sorted.map((runbook) => (
            <li key={runbook.id} className={styles.row} data-testid={testIds.panel.runbook}>
              <span className={styles.words} title={runbook.description}>
                <TextLink href={paths.runbook(runbook.id)} color="primary" inline>
                  {runbook.title}
                </TextLink>
                {width >= 420 && runbook.successRate !== null && <span className={styles.dim}> {formatShare(runbook.successRate)} succeeded</span>}
              </span>
              {width >= 360 && runbook.preflight?.ok === false && <Badge color="red" icon="exclamation-triangle" text="Would fail" />}
              {can('startRun') && (
                <Button size="sm" variant="secondary" icon="play" aria-label={`Run ${runbook.title}`} onClick={() => setAsked(runbook)}>
                  Run…
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {error !== null && <div className={styles.dim}>Shown as last known: {adviseOn(error).title.toLowerCase()}</div>}
      {asked !== null && (
        <StartRunDialog
          runbook={asked.id}
          title={asked.title}
          panel={panelBody({ timeRange, variables: getTemplateSrv().getVariables(), dashboard: dashboardOf(replaceVariables) })}
          onClose={() => setAsked(null)}
          onStarted={({ id }) => {
            setAsked(null);
            setStarted([id, ...started]);
          }}
        />
      )}
    </div>
  );
}

/** UID of the dashboard that the panel is on, where Grafana tells. */
function dashboardOf(replaceVariables: PanelProps['replaceVariables']): string | undefined {
  const uid = replaceVariables('${__dashboard.uid}');
  return uid === '' || uid.includes('__dashboard') ? undefined : uid;
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ overflow: 'auto', display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minHeight: ROW_HEIGHT_PX, borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', '& a': { textDecoration: 'none', '&:hover': { textDecoration: 'underline' } } }),
  middle: css({ display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: theme.spacing(0.5), overflow: 'auto', textAlign: 'center' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
