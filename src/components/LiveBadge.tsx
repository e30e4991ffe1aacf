import { css, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Tooltip, useStyles2 } from '@grafana/ui';
import type { LiveState } from '../api/live/liveStream.ts';
import { useLiveState } from '../api/live/LiveProvider.tsx';
import { testIds } from '../testIds.ts';

const WORDS: Readonly<Record<LiveState, { text: string; meaning: string }>> = {
  connecting: { text: 'Connecting…', meaning: 'Changes will show by themselves in a moment.' },
  live: { text: 'Live', meaning: 'Changes show by themselves as they happen.' },
  reconnecting: { text: 'Reconnecting…', meaning: 'Live changes are interrupted. Until they are back, pages refresh every 30 seconds.' },
  off: { text: 'Not live', meaning: 'This browser gets no live changes. Pages refresh every 30 seconds.' },
};

/** Whether what is shown moves by itself. */
export function LiveBadge() {
  const state = useLiveState();
  const styles = useStyles2(getStyles, state);
  return (
    <Tooltip content={WORDS[state].meaning}>
      <span className={styles.badge} role="status" data-testid={testIds.live} data-state={state}>
        <span className={styles.dot} aria-hidden />
        {WORDS[state].text}
      </span>
    </Tooltip>
  );
}

const pulse = keyframes({ '50%': { opacity: 0.3 } });

const getStyles = (theme: GrafanaTheme2, state: LiveState) => ({
  badge: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
  }),
  dot: css({
    width: 8,
    height: 8,
    borderRadius: theme.shape.radius.circle,
    background: state === 'live' ? theme.colors.success.main : theme.colors.warning.main,
    [theme.transitions.handleMotion('no-preference')]: {
      animation: state === 'live' ? 'none' : `${pulse} 1.5s ease-in-out infinite`,
    },
  }),
});
