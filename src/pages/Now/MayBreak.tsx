import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import { useCan } from '../../api/useMe.ts';
import { adviseOn } from '../../api/errorAdvice.ts';
import { usePredictions } from '../../api/usePredictions.ts';
import { boxStyle } from '../../components/boxStyle.ts';
import { PredictionView } from '../../components/PredictionView.tsx';
import { testIds } from '../../testIds.ts';
import { Section } from './Section.tsx';

const SHOWN = 10;

/** Services that are likely to have a serious incident within the hour; nothing while there are none. */
export function MayBreak() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const { data, error } = usePredictions({ state: 'open', limit: SHOWN }, { enabled: can('listPredictions') });
  if (data === undefined && error !== null) {
    return <Alert severity="warning" title={`What may break soon is not known: ${adviseOn(error).title.toLowerCase()}`} />;
  }
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section title="May break soon" testId={testIds.now.mayBreak}>
      <ul className={styles.list}>
        {data.items.map((prediction) => (
          <li key={prediction.id} className={styles.row}>
            <PredictionView prediction={prediction} />
          </li>
        ))}
      </ul>
      {data.nextCursor !== null && <span className={styles.dim}>There are more; each service shows its own.</span>}
    </Section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))', gap: theme.spacing(1) }),
  row: css({ ...boxStyle(theme), background: theme.colors.background.secondary, minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
