import { css, cx } from '@emotion/css';
import { useMemo } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { lineDiff, withContext } from '../../model/lineDiff.ts';
import { testIds } from '../../testIds.ts';

const SIGNS = { same: '  ', added: '+ ', removed: '- ' } as const;

/** What changed between two texts. */
export function DiffView({ before, after, label }: { before: string; after: string; label: string }) {
  const styles = useStyles2(getStyles);
  const lines = useMemo(() => withContext(lineDiff(before, after)), [before, after]);
  if (before === after) return <span className={styles.dim}>Both are the same.</span>;
  return (
    <pre className={styles.frame} tabIndex={0} aria-label={label} data-testid={testIds.runbooks.diff}>
      {lines.map((line, at) =>
        line === null ? (
          <div key={at} className={styles.dim}>
            …
          </div>
        ) : (
          <div key={at} className={cx(line.kind === 'added' && styles.added, line.kind === 'removed' && styles.removed)}>
            {SIGNS[line.kind]}
            {line.text}
          </div>
        )
      )}
    </pre>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({ maxHeight: 360, overflow: 'auto', margin: 0, fontSize: theme.typography.bodySmall.fontSize }),
  added: css({ background: theme.colors.success.transparent }),
  removed: css({ background: theme.colors.error.transparent }),
  dim: css({ color: theme.colors.text.secondary }),
});
