import { css } from '@emotion/css';
import { useMemo } from 'react';
import { renderMarkdown, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** Text that people wrote as Markdown; Grafana takes out what could do harm. */
export function Markdown({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  const html = useMemo(() => renderMarkdown(text), [text]);
  return <div className={styles.text} dangerouslySetInnerHTML={{ __html: html }} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({
    overflowWrap: 'anywhere',
    '& > *:last-child': { marginBottom: 0 },
    '& p, & ul, & ol, & pre': { marginBottom: theme.spacing(1) },
    '& ul, & ol': { paddingLeft: theme.spacing(3) },
    '& pre': { whiteSpace: 'pre-wrap' },
  }),
});
