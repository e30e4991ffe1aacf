import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Hop } from '../model/hops.ts';
import { testIds } from '../testIds.ts';

/** Stations on a way, in order; the broken one says how to mend it. */
export function HopList({ hops }: { hops: readonly Hop[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.list}>
      {hops.map((hop) => (
        <li key={hop.name} className={styles.hop} data-testid={testIds.settings.hop} data-ok={hop.ok}>
          <Icon
            name={hop.ok ? 'check-circle' : 'exclamation-circle'}
            size="lg"
            className={hop.ok ? styles.good : styles.bad}
            title={hop.ok ? 'Works' : 'Broken'}
          />
          <div className={styles.words}>
            <div className={styles.name}>{hop.name}</div>
            <div className={styles.detail}>{sentence(hop.detail)}</div>
            {hop.fix !== null && !hop.ok && (
              <div className={styles.fix}>
                <strong>What to do:</strong> {hop.fix}
              </div>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** As the service and Grafana say it, but begun as a sentence. */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1), maxWidth: 960 }),
  hop: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1.5),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  good: css({ color: theme.colors.success.text, flexShrink: 0 }),
  bad: css({ color: theme.colors.error.text, flexShrink: 0 }),
  words: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  detail: css({ color: theme.colors.text.secondary }),
  fix: css({ marginTop: theme.spacing(0.5) }),
});
