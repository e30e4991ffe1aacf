import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { usePredictions } from '../../api/usePredictions.ts';
import { InShadow } from '../../components/InShadow.tsx';
import { PredictionView } from '../../components/PredictionView.tsx';
import { QueryView } from '../../components/QueryView.tsx';

const SHOWN = 5;

/** Whether a service is likely to break soon, and what became of what was said of it before. */
export function OutlookPart({ service }: { service: string }) {
  const styles = useStyles2(getStyles);
  const predictions = usePredictions({ service, state: 'all', limit: SHOWN });
  return (
    <QueryView query={predictions}>
      {({ items, shadow }) => (
        <div className={styles.stack}>
          {shadow && <InShadow what="Prediction" />}
          {!shadow && !items.some(({ state }) => state === 'open') && <span className={styles.dim}>Nothing points to a serious incident within 45 minutes.</span>}
          {items.map((prediction) => (
            <PredictionView key={prediction.id} prediction={prediction} withService={false} />
          ))}
        </div>
      )}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
});
