import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AlertSummary } from '#contract';
import { AlertStatusText } from '../../components/AlertStatusText.tsx';
import { EvidenceBar } from '../../components/Evidence.tsx';
import { Instant } from '../../components/Instant.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import type { RowFocus } from '../../components/VirtualList.tsx';
import { testIds } from '../../testIds.ts';

const NARROW = 800;
const ROW_HEIGHT = 56;
const CARD_HEIGHT = 120;

export function alertRowHeightAt(width: number): number {
  return width > 0 && width < NARROW ? CARD_HEIGHT : ROW_HEIGHT;
}

interface Props {
  alert: AlertSummary;
  width: number;
  focus: RowFocus;
  onOpen: () => void;
}

export function AlertRow({ alert, width, focus, onOpen }: Props) {
  const styles = useStyles2(getStyles);
  const isNarrow = alertRowHeightAt(width) === CARD_HEIGHT;
  return (
    <button
      type="button"
      className={cx(styles.row, isNarrow ? styles.card : styles.line)}
      onClick={onOpen}
      data-testid={testIds.incident.alertRow}
      {...focus}
    >
      <span className={styles.badges}>
        <SeverityBadge severity={alert.severity} />
        <AlertStatusText status={alert.status} />
      </span>
      <span className={styles.words}>
        <span className={styles.name}>
          {alert.name}
          {alert.service !== null && <span className={styles.dim}> · {alert.service}</span>}
        </span>
        <span className={styles.dim} title={alert.summary}>
          {alert.summary}
        </span>
      </span>
      <span className={styles.reason} title={alert.why === null ? undefined : `Why here: ${alert.why.summary}`}>
        {alert.why !== null && (
          <>
            <EvidenceBar contributions={alert.why.contributions} />
            <span className={styles.why}>{inFull(alert.why.summary)}</span>
          </>
        )}
      </span>
      {!isNarrow && (
        <span className={styles.time}>
          <Instant at={alert.startsAt} />
        </span>
      )}
    </button>
  );
}

/** A reason as a sentence of its own. */
function inFull(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const getStyles = (theme: GrafanaTheme2) => {
  const cut = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  return {
    reason: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
    row: css({
      width: '100%',
      height: '100%',
      padding: theme.spacing(0.5, 1.5),
      border: 'none',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      background: 'transparent',
      color: theme.colors.text.primary,
      textAlign: 'left',
      '&:hover': { background: theme.colors.action.hover },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
    }),
    line: css({
      display: 'grid',
      gridTemplateColumns: '170px minmax(0, 2fr) minmax(0, 1.5fr) 90px',
      alignItems: 'center',
      gap: theme.spacing(1.5),
    }),
    card: css({ display: 'flex', flexDirection: 'column', justifyContent: 'center', alignItems: 'stretch', gap: 2 }),
    badges: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
    words: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
    name: css({ ...cut, fontWeight: theme.typography.fontWeightMedium }),
    dim: css({ ...cut, color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
    why: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, minWidth: 0, overflow: 'hidden', display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: 2 }),
    time: css({ ...cut, color: theme.colors.text.secondary, textAlign: 'right' }),
  };
};
