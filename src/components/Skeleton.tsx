import { css, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

interface Props {
  rows: number;
  height: number;
}

/** Grey bars in the shape of what will come. */
export function Skeleton({ rows, height }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.bars} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_none, row) => (
        <div key={row} className={styles.bar} style={{ height }} />
      ))}
    </div>
  );
}

const breathe = keyframes({ '50%': { opacity: 0.5 } });

const getStyles = (theme: GrafanaTheme2) => ({
  bars: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  bar: css({
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    [theme.transitions.handleMotion('no-preference')]: { animation: `${breathe} 1.6s ease-in-out infinite` },
  }),
});
