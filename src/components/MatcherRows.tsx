import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, IconButton, Input, useStyles2 } from '@grafana/ui';
import { MATCHER_OPERATORS, type LabelMatcher } from '#contract';

interface Props {
  label: string;
  matchers: readonly LabelMatcher[];
  onChange: (matchers: LabelMatcher[]) => void;
}

/** Demands on labels, one a row, as Grafana's own silences have them. */
export function MatcherRows({ label, matchers, onChange }: Props) {
  const styles = useStyles2(getStyles);

  function change(index: number, part: Partial<LabelMatcher>): void {
    onChange(matchers.map((matcher, other) => (other === index ? { ...matcher, ...part } : matcher)));
  }

  return (
    <div role="group" aria-label={label} className={styles.rows}>
      {matchers.map((matcher, index) => (
        <div key={index} className={styles.row}>
          <Input aria-label={`Label ${index + 1}`} placeholder="label" value={matcher.name} onChange={(event) => change(index, { name: event.currentTarget.value })} />
          <div className={styles.operator}>
            <Combobox
              aria-label={`Operator ${index + 1}`}
              options={MATCHER_OPERATORS.map((value) => ({ value, label: value }))}
              value={matcher.operator}
              onChange={({ value }) => change(index, { operator: value })}
            />
          </div>
          <Input aria-label={`Value ${index + 1}`} placeholder="value" value={matcher.value} onChange={(event) => change(index, { value: event.currentTarget.value })} />
          <IconButton name="trash-alt" aria-label={`Remove matcher ${index + 1}`} onClick={() => onChange(matchers.filter((_matcher, other) => other !== index))} />
        </div>
      ))}
      <Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => onChange([...matchers, { name: '', operator: '=', value: '' }])}>
        Add label
      </Button>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  rows: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1) }),
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), width: '100%' }),
  operator: css({ flex: '0 0 76px' }),
});
