import { css } from '@emotion/css';
import type { ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  label: string;
  description?: string;
  fault?: string;
  children: ReactNode;
}

/** Fields that belong together, under one name. */
export function FieldGroup({ label, description = '', fault, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{label}</legend>
      {description !== '' && <div className={styles.dim}>{description}</div>}
      {fault !== undefined && (
        <div className={styles.fault} role="alert">
          {fault}
        </div>
      )}
      {children}
    </fieldset>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  group: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), minWidth: 0, margin: 0, padding: theme.spacing(0, 0, 0, 1.5), border: 'none', borderLeft: `2px solid ${theme.colors.border.weak}` }),
  legend: css({ ...theme.typography.bodySmall, fontWeight: theme.typography.fontWeightMedium, margin: 0, border: 'none' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  fault: css({ color: theme.colors.error.text }),
});
