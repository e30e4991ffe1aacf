import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import type { RehearsalHop } from '#contract';

const STATES: Readonly<Record<RehearsalHop['state'], { readonly text: string; readonly icon: IconName }>> = {
  waiting: { text: 'waits', icon: 'clock-nine' }, passed: { text: 'works', icon: 'check' }, failed: { text: 'does not work', icon: 'exclamation-triangle' }, skipped: { text: 'was not tried', icon: 'minus' },
};

/** `phone` or, of several addresses over one channel, `phone, address 2`. */
function wayOf(hop: RehearsalHop, hops: readonly RehearsalHop[]): string {
  if (hop.channel === null) return 'No way';
  if (hop.address !== null) return `${hop.channel} ${hop.address}`;
  const same = hops.filter((other) => other.person?.key === hop.person?.key && other.channel === hop.channel);
  return hop.person === null || same.length < 2 ? hop.channel : `${hop.channel}, address ${same.indexOf(hop) + 1}`;
}

/** How each way did, with time and reason. */
export function RehearsalHops({ label, hops }: { label: string; hops: readonly RehearsalHop[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list} aria-label={label}>
      {hops.map((hop, index) => (
        <li key={index} className={styles.row}>
          <Icon name={STATES[hop.state].icon} className={styles[hop.state]} aria-hidden />
          <span>{wayOf(hop, hops)} {STATES[hop.state].text}{hop.milliseconds === null ? '' : ` (${hop.milliseconds.toLocaleString()} ms)`}{hop.detail === null ? '' : `: ${hop.detail}`}</span>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'baseline', overflowWrap: 'anywhere' }),
  waiting: css({ color: theme.colors.text.secondary }),
  skipped: css({ color: theme.colors.text.secondary }),
  passed: css({ color: theme.colors.success.text }),
  failed: css({ color: theme.colors.error.text }),
});
