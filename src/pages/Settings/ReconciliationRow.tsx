import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, useStyles2 } from '@grafana/ui';
import type { Source } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useEditSource, useReconcileSource } from '../../api/useSources.ts';
import { Instant } from '../../components/Instant.tsx';
import { useToast } from '../../hooks/useToast.ts';

const CHOICES = [
  { value: 'auto', label: 'If it is the only Grafana', reconcile: null },
  { value: 'on', label: 'On', reconcile: true },
  { value: 'off', label: 'Off', reconcile: false },
] as const;
const SHOWN_REPAIRS = 5;

/** The comparison with Grafana's active alerts: when, what it said, what it put right. */
export function ReconciliationRow({ source }: { source: Source }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const edit = useEditSource();
  const compare = useReconcileSource();
  const result = source.reconciliation;
  const chosen = CHOICES.find(({ reconcile }) => reconcile === source.rules.reconcile) ?? CHOICES[0];

  return (
    <div className={styles.row}>
      <dt className={styles.name}>Comparison</dt>
      <dd className={styles.value}>
        {result === null ? (
          'not compared with Grafana yet'
        ) : (
          <>
            <span className={result.ok ? undefined : styles.bad}>{result.detail}</span>{' '}
            <span className={styles.dim}>
              (<Instant at={result.at} />)
            </span>
            {result.repairs.length > 0 && (
              <ul className={styles.repairs} aria-label="Repairs">
                {result.repairs.slice(0, SHOWN_REPAIRS).map((repair) => (
                  <li key={`${repair.alert}-${repair.kind}-${repair.at}`}>
                    {repair.name}: lost “{repair.kind}” repaired <Instant at={repair.at} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
        {can('editSource') && !source.provisioned && (
          <Combobox
            aria-label={`Compare ${source.name} with Grafana`}
            width={26}
            disabled={edit.isPending}
            options={CHOICES.map(({ value, label }) => ({ value, label }))}
            value={chosen.value}
            onChange={({ value }) =>
              edit.mutate(
                { source: source.id, version: source.version, body: { rules: { reconcile: CHOICES.find((choice) => choice.value === value)?.reconcile ?? null } } },
                { onError: (error) => toast.failed(error) }
              )
            }
          />
        )}
        {can('reconcileSource') && (
          <Button size="sm" variant="secondary" fill="text" disabled={compare.isPending} onClick={() => compare.mutate(source.id, { onError: (error) => toast.failed(error) })}>
            {compare.isPending ? 'Comparing…' : 'Compare now'}
          </Button>
        )}
      </dd>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0, 1), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  name: css({ flex: '0 0 110px', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  value: css({ flex: '1 1 200px', margin: 0, minWidth: 0, overflowWrap: 'anywhere' }),
  repairs: css({ margin: theme.spacing(0.5, 0, 0.5, 2) }),
  dim: css({ color: theme.colors.text.secondary }),
  bad: css({ color: theme.colors.error.text }),
});
