import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { JsonValue, Run } from '#contract';

/** What a run was given, and what it works on. */
export function RunFacts({ run }: { run: Run }) {
  const styles = useStyles2(getStyles);
  const inputs = Object.entries(run.inputs);
  if (inputs.length === 0 && run.lock === null) return null;
  return (
    <section aria-labelledby="muster-run-inputs">
      <h3 id="muster-run-inputs" className={styles.title}>
        Inputs
      </h3>
      <dl className={styles.list}>
        {inputs.map(([name, value]) => (
          <div key={name} className={styles.row}>
            <dt className={styles.name}>{name}</dt>
            <dd>{wordsOf(value)}</dd>
          </div>
        ))}
        {run.lock !== null && (
          <div className={styles.row}>
            <dt className={styles.name}>Works on</dt>
            <dd>{run.lock}; no other run does meanwhile</dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function wordsOf(value: JsonValue): string {
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.join(', ') : JSON.stringify(value);
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 1) }),
  list: css({ margin: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2), overflowWrap: 'anywhere' }),
  name: css({ minWidth: 120, color: theme.colors.text.secondary, fontWeight: 'normal' }),
});
