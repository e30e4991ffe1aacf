import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { AlertScope } from '#contract';
import { adviseOn } from '../api/errorAdvice.ts';
import { useCan } from '../api/useMe.ts';
import { useScopePreview } from '../api/useNoise.ts';
import { useDebounced } from '../hooks/useDebounced.ts';
import { testIds } from '../testIds.ts';

/** What a scope would have meant in the last 24 hours, before it is set. */
export function ScopePreview({ scope }: { scope: AlertScope }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const rested = useDebounced(scope);
  const preview = useScopePreview(rested, can('previewNoiseScope') && rested.matchers.every((matcher) => matcher.name.trim() !== ''));
  if (preview.error !== null) {
    return <Alert severity="warning" title={adviseOn(preview.error).title}>{adviseOn(preview.error).advice}</Alert>;
  }
  if (preview.data === undefined) {
    return null;
  }
  const { matched, considered, cut, byName, warning } = preview.data;
  return (
    <div className={styles.box} data-testid={testIds.noise.preview} aria-live="polite">
      <strong>
        {matched.toLocaleString()} of {cut ? 'the newest ' : ''}{considered.toLocaleString()} alerts of the last 24 hours
      </strong>
      {byName.length > 0 && <div className={styles.dim}>{byName.slice(0, 5).map(({ name, alerts }) => `${name} (${alerts})`).join(', ')}</div>}
      {warning !== null && <div className={styles.warning}>{warning}</div>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ padding: theme.spacing(1.5), background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  warning: css({ color: theme.colors.warning.text }),
});
