import type { GrafanaTheme2 } from '@grafana/data';

/** The frame of a row or card in a list of things that stand by themselves. */
export function boxStyle(theme: GrafanaTheme2) {
  return { gap: theme.spacing(1), padding: theme.spacing(1.5, 2), borderRadius: theme.shape.radius.default, border: `1px solid ${theme.colors.border.weak}`, display: 'flex' };
}

/** The same as a row: what it is on the left, what can be done on the right; below each other where there is no room. */
export function rowStyle(theme: GrafanaTheme2) {
  return { ...boxStyle(theme), flexWrap: 'wrap', justifyContent: 'space-between', alignItems: 'center' } as const;
}
