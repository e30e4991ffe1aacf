import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';

/** Text to be taken along, with a button that does so. */
export function CopyBlock({ text, label, testId }: { text: string; label: string; testId?: string }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.block}>
      <pre className={cx(styles.text, !text.includes('\n') && styles.wrapped)} data-testid={testId} aria-label={label} tabIndex={0}>
        {text}
      </pre>
      <ClipboardButton className={styles.copy} size="sm" variant="secondary" icon="copy" getText={() => text} aria-label={`Copy ${label}`}>
        Copy
      </ClipboardButton>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({ position: 'relative' }),
  text: css({
    margin: 0,
    padding: theme.spacing(1, 12, 1, 1),
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    overflow: 'auto',
    whiteSpace: 'pre',
    wordBreak: 'normal',
    maxHeight: 420,
  }),
  // A single line is read whole, not scrolled beneath the button.
  wrapped: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
  copy: css({ position: 'absolute', top: theme.spacing(0.5), right: theme.spacing(0.5) }),
});
