import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useIncidentList } from '../../api/useIncidents.ts';
import { AppProviders } from '../../components/AppProviders.tsx';
import { PanelWaiting } from '../../components/PanelWaiting.tsx';
import { testIds } from '../../testIds.ts';
import { PanelRow } from './PanelRow.tsx';
import { queryOf, type IncidentListOptions } from './options.ts';

type Props = PanelProps<IncidentListOptions>;

export function IncidentListPanel(props: Props) {
  return (
    <AppProviders>
      <Incidents {...props} />
    </AppProviders>
  );
}

const ROW_HEIGHT_PX = 32;

function Incidents({ options, replaceVariables, width, height }: Props) {
  const styles = useStyles2(getStyles);
  const incidents = useIncidentList(queryOf(options, replaceVariables));
  const { data, error, refetch } = incidents;

  if (data === undefined) return <PanelWaiting error={error} height={height} rowHeight={ROW_HEIGHT_PX} onRetry={() => void refetch()} />;
  if (data.items.length === 0) {
    return (
      <div className={styles.middle} data-testid={testIds.panel.root} style={{ height }}>
        <span>No incidents</span>
        {height > 80 && <span className={styles.dim}>Nothing fits what this panel shows.</span>}
      </div>
    );
  }
  return (
    <div className={styles.frame} style={{ width, height }} data-testid={testIds.panel.root}>
      <ul className={styles.list} aria-live="polite">
        {data.items.map((incident) => (
          <PanelRow key={incident.number} incident={incident} width={width} />
        ))}
      </ul>
      {data.total > data.items.length && (
        <div className={styles.dim}>
          {data.items.length} of {data.total.toLocaleString()} shown
        </div>
      )}
      {error !== null && <div className={styles.dim}>Shown as last known: {adviseOn(error).title.toLowerCase()}</div>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ overflow: 'auto' }),
  list: css({ listStyle: 'none', margin: 0 }),
  middle: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    gap: theme.spacing(0.5),
    overflow: 'auto',
    textAlign: 'center',
  }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
