import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { LogPattern } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { countOf } from '../../model/counts.ts';
import { isWebAddress } from '../../model/webAddress.ts';

/** A pattern of log lines, how often it came and since when, with a link to its lines; its example where it is wanted. */
export function PatternText({ pattern: { kind, template, example, lines, firstAt, explore }, withExample = false }: { pattern: LogPattern; withExample?: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.pattern}>
      <code className={styles.template}>{template}</code>{' '}
      <span className={styles.dim}>
        {countOf(lines, 'line')}
        {kind === 'rate' && (
          <>
            , known since <Instant at={firstAt} as="clock" />
          </>
        )}
        {explore !== null && isWebAddress(explore) && (
          <>
            {' · '}
            <a href={explore} target="_blank" rel="noreferrer" className={styles.link}>
              Its lines in Explore
            </a>
          </>
        )}
      </span>
      {withExample && <span className={styles.example}>For example: {example}</span>}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  pattern: css({ overflowWrap: 'anywhere' }),
  template: css({ whiteSpace: 'normal', overflowWrap: 'anywhere', margin: 0 }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  example: css({ display: 'block', color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, fontFamily: theme.typography.fontFamilyMonospace }),
  link: css({ color: theme.colors.text.link }),
});
