import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Prediction } from '#contract';
import { formatShare } from '../model/amounts.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { Evidence } from './Evidence.tsx';
import { Instant } from './Instant.tsx';
import { AttachedRunbooks } from './runs/AttachedRunbooks.tsx';

/** One prediction: how likely, since when, until when, what came; what speaks for it and against it one click away. */
export function PredictionView({ prediction, withService = true }: { prediction: Prediction; withService?: boolean }) {
  const styles = useStyles2(getStyles);
  const [showsWhy, setShowsWhy] = useState(false);
  const { service, probability, since, until, state, incident, reasons } = prediction;
  return (
    <div className={styles.item} data-testid={testIds.prediction}>
      <div className={styles.line}>
        {withService && (
          <TextLink href={`${paths.services()}?service=${encodeURIComponent(service)}`} inline={false}>
            {service}
          </TextLink>
        )}
        <strong>{formatShare(probability)} likely</strong>
        {state === 'came_true' && <Badge text="Came true" color="red" />}
        {state === 'passed' && <Badge text="Passed" color="green" />}
        {incident !== null && (
          <TextLink href={paths.incident(incident)} inline>
            {incidentKey(incident)}
          </TextLink>
        )}
      </div>
      <div className={styles.dim}>
        {state === 'open' ? 'A serious incident until ' : 'Was to come until '}
        <Instant at={until} as="time" />; warned of <Instant at={since} />
      </div>
      <Button size="sm" fill="text" variant="secondary" icon={showsWhy ? 'angle-down' : 'angle-right'} aria-expanded={showsWhy} aria-label={`Why ${service} may break`} onClick={() => setShowsWhy(!showsWhy)}>
        Why
      </Button>
      {showsWhy && <Evidence contributions={reasons} />}
      <AttachedRunbooks runbooks={prediction.runbooks} about={service} isOpen={state === 'open'} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.25), minWidth: 0, overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
