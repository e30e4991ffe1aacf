import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** A titled list of short rows: words on the left, what can be done with them on the right. */
export const getListStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h4, margin: 0 }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1, 2),
    padding: theme.spacing(1, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  steps: css({ paddingLeft: theme.spacing(2.5) }),
  words: css({ flex: '1 1 220px', minWidth: 0, overflowWrap: 'anywhere' }),
});
