import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { DecisionReason } from '#contract';
import { asSentence } from '../model/noise.ts';
import { Evidence } from './Evidence.tsx';

/** Why the correlator decided as it did, with the weight of each piece of evidence. */
export function DecisionReasonView({ reason, withWeights = false }: { reason: DecisionReason; withWeights?: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.view}>
      <div>{asSentence(reason.summary)}</div>
      <Evidence contributions={reason.contributions} withWeights={withWeights} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  view: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), overflowWrap: 'anywhere' }),
});
