import { css } from '@emotion/css';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Severity } from '#contract';
import { SEVERITY_LABELS, SEVERITY_MEANINGS } from '../model/severities.ts';
import { severityColors } from './severityColors.ts';

const SEVERITY_ICONS: Readonly<Record<Severity, IconName>> = {
  sev1: 'fire',
  sev2: 'exclamation-triangle',
  sev3: 'exclamation-circle',
  sev4: 'info-circle',
  sev5: 'minus-circle',
};

interface Props {
  severity: Severity;
  testId?: string;
}

/**
 * Severity by icon, text and colour together, never by colour alone. It stands in every row of long lists, so its
 * explanation is a plain title: Grafana's tooltip costs more than all the rest of such a row.
 */
export function SeverityBadge({ severity, testId }: Props) {
  const styles = useStyles2(getStyles, severity);
  return (
    <span className={styles.badge} title={SEVERITY_MEANINGS[severity]} data-testid={testId}>
      <Icon name={SEVERITY_ICONS[severity]} size="sm" aria-hidden />
      {SEVERITY_LABELS[severity]}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2, severity: Severity) => {
  const { background, border, text } = severityColors(theme, severity);
  return {
    badge: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      padding: theme.spacing(0.125, 0.75),
      borderRadius: theme.shape.radius.default,
      border: `1px solid ${border}`,
      background,
      color: text,
      fontSize: theme.typography.bodySmall.fontSize,
      fontWeight: theme.typography.fontWeightMedium,
      lineHeight: theme.typography.bodySmall.lineHeight,
      whiteSpace: 'nowrap',
    }),
  };
};
