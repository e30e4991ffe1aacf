import { css } from '@emotion/css';
import { useState, type FormEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, IconButton, Input, useStyles2 } from '@grafana/ui';
import { SEVERITIES, type Mapping, type Severity } from '#contract';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { withoutSeverityValue, withSeverityValue } from '../../model/mappingDraft.ts';
import { SEVERITY_LABELS, worseFirst } from '../../model/severities.ts';

interface Props {
  mapping: Mapping;
  canEdit: boolean;
  onChange: (mapping: Mapping) => void;
}

const OPTIONS = SEVERITIES.map((value) => ({ value, label: SEVERITY_LABELS[value] }));

/** Which word of a sender means which severity. */
export function SeverityValues({ mapping, canEdit, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const [value, setValue] = useState('');
  const [severity, setSeverity] = useState<Severity>('sev3');
  const rows = Object.entries(mapping.severityValues).sort(([a, x], [b, y]) => worseFirst(x, y) || a.localeCompare(b));

  function add(event: FormEvent): void {
    event.preventDefault();
    if (value.trim() !== '') {
      onChange(withSeverityValue(mapping, value, severity));
      setValue('');
    }
  }

  return (
    <div>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>Value of the label</th>
            <th>Severity</th>
            {canEdit && <th aria-label="Remove" />}
          </tr>
        </thead>
        <tbody>
          {rows.map(([word, meaning]) => (
            <tr key={word}>
              <td>
                <code>{word}</code>
              </td>
              <td>
                {canEdit ? (
                  <Combobox
                    aria-label={`Severity of ${word}`}
                    width={16}
                    options={OPTIONS}
                    value={meaning}
                    onChange={(option) => onChange(withSeverityValue(mapping, word, option.value))}
                  />
                ) : (
                  <SeverityBadge severity={meaning} />
                )}
              </td>
              {canEdit && (
                <td>
                  <IconButton name="trash-alt" tooltip={`Remove ${word}`} onClick={() => onChange(withoutSeverityValue(mapping, word))} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {canEdit && (
        <form className={styles.add} onSubmit={add}>
          <Input aria-label="New value" width={20} placeholder="critical" value={value} onChange={(event) => setValue(event.currentTarget.value)} />
          <Combobox aria-label="Severity of the new value" width={16} options={OPTIONS} value={severity} onChange={(option) => setSeverity(option.value)} />
          <Button type="submit" variant="secondary" icon="plus" disabled={value.trim() === ''}>
            Add
          </Button>
        </form>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    maxWidth: 520,
    '& th': { textAlign: 'left', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium },
    '& td, & th': { padding: theme.spacing(0.5, 1, 0.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}`, verticalAlign: 'middle' },
    '& code': { overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' },
  }),
  add: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginTop: theme.spacing(1) }),
});
