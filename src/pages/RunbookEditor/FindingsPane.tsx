import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { RunbookFinding } from '#contract';
import { testIds } from '../../testIds.ts';

/** What is wrong with the text; each leads to its line. */
export function FindingsPane({ findings, onGo }: { findings: readonly RunbookFinding[]; onGo: (finding: RunbookFinding) => void }) {
  const styles = useStyles2(getStyles);
  if (findings.length === 0) {
    return (
      <div className={styles.good}>
        <Icon name="check" aria-hidden /> Nothing is wrong with it.
      </div>
    );
  }
  return (
    <ul className={styles.list} aria-label="What is wrong">
      {findings.map((finding) => (
        <li key={`${finding.line} ${finding.column} ${finding.message}`} data-testid={testIds.runbooks.finding} data-level={finding.level}>
          <button type="button" className={styles.finding} onClick={() => onGo(finding)}>
            <Icon name={finding.level === 'error' ? 'exclamation-triangle' : 'info-circle'} className={finding.level === 'error' ? styles.error : styles.warning} aria-label={finding.level === 'error' ? 'Error' : 'Warning'} />
            <span className={styles.place}>
              Line {finding.line}, column {finding.column}
            </span>
            <span className={styles.message}>{finding.message}</span>
            {finding.path !== '' && <code>{finding.path}</code>}
          </button>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, maxHeight: 320, overflow: 'auto' }),
  finding: css({
    display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'baseline', width: '100%', padding: theme.spacing(0.75, 1), border: 'none', borderBottom: `1px solid ${theme.colors.border.weak}`, background: 'transparent',
    color: theme.colors.text.primary, textAlign: 'left', overflowWrap: 'anywhere', '&:hover': { background: theme.colors.action.hover },
  }),
  place: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums', minWidth: 140 }),
  message: css({ flex: '1 1 200px', minWidth: 0 }),
  error: css({ color: theme.colors.error.text }),
  warning: css({ color: theme.colors.warning.text }),
  good: css({ color: theme.colors.text.secondary }),
});
