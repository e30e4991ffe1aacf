import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Contribution } from '#contract';
import { testIds } from '../testIds.ts';

/** Pieces of evidence as small bars: what speaks for a decision, and how much; what speaks against it in another colour. Figures for those who look closely. */
export function Evidence({ contributions, withWeights = false }: { contributions: readonly Contribution[]; withWeights?: boolean }) {
  const styles = useStyles2(getStyles);
  const heaviest = contributions.reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 0);
  return (
    <ul className={styles.list}>
      {contributions.map(({ kind, text, weight }, index) => (
        <li key={`${kind}-${index}`} className={styles.item}>
          <span className={styles.track} aria-hidden>
            <span data-testid={testIds.evidence.bar} className={weight < 0 ? styles.against : styles.bar} style={{ width: heaviest === 0 ? 0 : `${(Math.abs(weight) / heaviest) * 100}%` }} />
          </span>
          {withWeights && <span className={styles.weight}>{signed(weight)}</span>}
          <span className={styles.text} title={`Weight ${signed(weight)}`}>
            {weight < 0 && <span className={styles.speaksAgainst}>Against: </span>}
            {text}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The same in one line for rows of lists: one bar, its parts by weight. */
export function EvidenceBar({ contributions }: { contributions: readonly Contribution[] }) {
  const styles = useStyles2(getStyles);
  const forIt = contributions.filter(({ weight }) => weight > 0);
  const sum = forIt.reduce((total, { weight }) => total + weight, 0);
  return (
    <span className={styles.strip} aria-hidden>
      {forIt.map(({ kind, weight }, index) => (
        <span key={`${kind}-${index}`} data-testid={testIds.evidence.part} className={styles.part} style={{ width: `${(weight / sum) * 100}%`, opacity: 1 - (0.7 * index) / Math.max(forIt.length, 1) }} />
      ))}
    </span>
  );
}

function signed(weight: number): string {
  const rounded = Number.isInteger(weight) ? String(weight) : weight.toFixed(2);
  return weight > 0 ? `+${rounded}` : rounded;
}

const getStyles = (theme: GrafanaTheme2) => {
  const bar = { display: 'block', height: '100%', borderRadius: theme.shape.radius.pill };
  return {
    list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
    item: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), color: theme.colors.text.secondary }),
    track: css({ flex: '0 0 48px', height: 6, borderRadius: theme.shape.radius.pill, background: theme.colors.background.secondary }),
    bar: css({ ...bar, background: theme.colors.primary.main }),
    against: css({ ...bar, background: theme.colors.warning.main }),
    weight: css({ flex: '0 0 44px', fontVariantNumeric: 'tabular-nums', textAlign: 'right', fontSize: theme.typography.bodySmall.fontSize }),
    speaksAgainst: css({ color: theme.colors.warning.text }),
    text: css({ minWidth: 0, overflowWrap: 'anywhere' }),
    strip: css({ display: 'inline-flex', flex: '0 0 48px', width: 48, height: 6, borderRadius: theme.shape.radius.pill, overflow: 'hidden', background: theme.colors.background.secondary }),
    part: css({ height: '100%', background: theme.colors.primary.main }),
  };
};
