import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Tooltip, useStyles2 } from '@grafana/ui';
import { testIds } from '../testIds.ts';

/** A lock before the title of an incident that not everybody sees. */
export function PrivateMark() {
  const styles = useStyles2(getStyles);
  return (
    <Tooltip content="Private: only its members see it">
      <span className={styles.mark} role="img" aria-label="Private" data-testid={testIds.privateMark}>
        <Icon name="lock" size="sm" aria-hidden />
      </span>
    </Tooltip>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  mark: css({ display: 'inline-flex', alignItems: 'center', marginRight: theme.spacing(0.5), color: theme.colors.warning.text, verticalAlign: 'text-bottom' }),
});
