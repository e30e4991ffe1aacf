import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Rows of words with buttons beside them, and the four tones of a state. */
export const getStyles = (theme: GrafanaTheme2) => ({
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  list: css({ listStyle: 'none', margin: theme.spacing(1, 0), padding: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  title: css({ ...theme.typography.h4, margin: theme.spacing(2, 0, 0) }),
  card: css({ padding: theme.spacing(2), marginTop: theme.spacing(1), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  field: css({ flex: '1 1 160px', minWidth: 0 }),
  good: css({ color: theme.colors.success.text }),
  warning: css({ color: theme.colors.warning.text }),
  bad: css({ color: theme.colors.error.text }),
  unknown: css({ color: theme.colors.text.secondary }),
});
