import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { EmptyState, useStyles2 } from '@grafana/ui';
import { useUnresolved } from '../../api/useCatalog.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { testIds } from '../../testIds.ts';

/** Firing alerts that no service of the catalogue could be found for, each with the reason. */
export function UnresolvedTab() {
  const styles = useStyles2(getStyles);
  const unresolved = useUnresolved();
  return (
    <QueryView query={unresolved} loading={<Skeleton rows={5} height={60} />}>
      {({ items, checked, unresolved: total }) =>
        total === 0 ? (
          <EmptyState variant="completed" message="Every firing alert has its place">
            {checked.toLocaleString()} looked at.
          </EmptyState>
        ) : (
          <>
            <p>
              {total.toLocaleString()} of {checked.toLocaleString()} firing alerts belong to no service of the catalogue. Give the service an alias, the rule a label, or derive one under
              Settings, Derived labels.
            </p>
            <ul className={styles.list}>
              {items.map(({ id, name, summary, severity, startsAt, labels, reason }) => (
                <li key={id} className={styles.item} data-testid={testIds.services.unresolved}>
                  <div className={styles.line}>
                    <SeverityBadge severity={severity} />
                    <strong>{name}</strong>
                    <span className={styles.dim}>
                      <Instant at={startsAt} />
                    </span>
                  </div>
                  {summary !== '' && <div>{summary}</div>}
                  <div>{reason}</div>
                  <div className={styles.dim}>
                    {Object.entries(labels)
                      .filter(([label]) => label !== 'alertname')
                      .map(([label, value]) => `${label}=${value}`)
                      .join('  ')}
                  </div>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  item: css({ padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}`, overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
