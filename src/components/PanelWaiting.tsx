import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { ApiError } from '../api/apiError.ts';
import { adviseOn } from '../api/errorAdvice.ts';
import { testIds } from '../testIds.ts';
import { Skeleton } from './Skeleton.tsx';

interface Props {
  error: ApiError | null;
  /** Of the panel, and of one row of what it will show. */
  height: number;
  rowHeight: number;
  onRetry: () => void;
}

/** Too low to say more than what is wrong. */
const LOW_PX = 120;

/** What a panel shows while it has nothing yet: rows to come, or why they do not. */
export function PanelWaiting({ error, height, rowHeight, onRetry }: Props) {
  const styles = useStyles2(getStyles);
  if (error === null) return <Skeleton rows={Math.max(1, Math.min(5, Math.floor(height / rowHeight) - 1))} height={rowHeight - 8} />;
  const { title, advice } = adviseOn(error);
  return (
    <div className={styles.middle} role="alert" data-testid={testIds.state.error} style={{ height }}>
      <strong>{title}</strong>
      {height > LOW_PX && <span className={styles.dim}>{advice}</span>}
      {error.code !== 'not_allowed' && (
        <Button size="sm" variant="secondary" icon="sync" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  middle: css({ display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: theme.spacing(0.5), overflow: 'auto', textAlign: 'center' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
