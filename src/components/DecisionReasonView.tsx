import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { DecisionReason } from '#contract';

/** Why the correlator decided as it did, with the weight of each piece of evidence. */
export function DecisionReasonView({ reason }: { reason: DecisionReason }) {
  const styles = useStyles2(getStyles);
  const heaviest = reason.contributions.reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 0);
  return (
    <div>
      <div className={styles.summary}>{reason.summary}</div>
      {reason.contributions.length > 0 && (
        <ul className={styles.list}>
          {reason.contributions.map(({ kind, text, weight }, index) => (
            <li key={`${kind}-${index}`} className={styles.item}>
              <span className={styles.track} aria-hidden>
                <span className={styles.bar} style={{ width: heaviest === 0 ? 0 : `${(Math.abs(weight) / heaviest) * 100}%` }} />
              </span>
              <span className={styles.weight}>{weight > 0 ? `+${round(weight)}` : round(weight)}</span>
              <span className={styles.text}>{text}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function round(weight: number): string {
  return Number.isInteger(weight) ? String(weight) : weight.toFixed(2);
}

const getStyles = (theme: GrafanaTheme2) => ({
  summary: css({ overflowWrap: 'anywhere' }),
  list: css({ listStyle: 'none', margin: theme.spacing(1, 0, 0), display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  item: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), color: theme.colors.text.secondary }),
  track: css({ flex: '0 0 48px', height: 6, borderRadius: theme.shape.radius.pill, background: theme.colors.background.secondary }),
  bar: css({ display: 'block', height: '100%', borderRadius: theme.shape.radius.pill, background: theme.colors.primary.main }),
  weight: css({ flex: '0 0 44px', fontVariantNumeric: 'tabular-nums', textAlign: 'right', fontSize: theme.typography.bodySmall.fontSize }),
  text: css({ minWidth: 0, overflowWrap: 'anywhere' }),
});
