import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Alert } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { prefillOf } from '../../model/declarePrefill.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { DeclareFromAlert } from '../DeclareFromAlert.tsx';
import { DecisionReasonView } from '../DecisionReasonView.tsx';

/** Why the alert is where it is: in an incident, or in none. */
export function AlertPlacePart({ alert }: { alert: Alert }) {
  const styles = useStyles2(getStyles);
  if (alert.incident !== null) {
    return alert.why === null ? null : (
      <section>
        <h4 className={styles.title}>
          Why it belongs to{' '}
          <TextLink href={paths.incident(alert.incident)} inline>
            {incidentKey(alert.incident)}
          </TextLink>
        </h4>
        <DecisionReasonView withWeights reason={alert.why} />
      </section>
    );
  }
  const { whyNot } = alert;
  // A person took it out: that is the last word.
  const reason = alert.why ?? whyNot?.reason;
  const heldBack = alert.noise.held?.outcome === 'waiting';
  return (
    <section data-testid={testIds.incident.alertWhyNot} className={styles.stack}>
      <h4 className={styles.title}>Why it is in no incident</h4>
      {heldBack ? (
        <div>It is held back, see above.</div>
      ) : reason === undefined ? (
        <div>No reason was noted. Correlation looks at each alert within seconds; this one may be new, or older than its reasons.</div>
      ) : (
        <DecisionReasonView withWeights reason={reason} />
      )}
      {!heldBack && alert.why === null && whyNot?.nearest != null && (
        <div>
          Nearest was{' '}
          <TextLink href={paths.incident(whyNot.nearest)} inline>
            {incidentKey(whyNot.nearest)}
          </TextLink>
          ; the bars say what spoke for it and against it.
        </div>
      )}
      {alert.status === 'firing' && <Declare alert={alert} />}
    </section>
  );
}

function Declare({ alert }: { alert: Alert }) {
  const can = useCan();
  const [open, setOpen] = useState(false);
  if (!can('declareIncident')) return null;
  return (
    <div>
      <Button size="sm" variant="secondary" icon="fire" onClick={() => setOpen(true)}>
        Declare an incident from it
      </Button>
      {open && <DeclareFromAlert prefill={prefillOf(alert)} onClose={() => setOpen(false)} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h6, margin: theme.spacing(0, 0, 0.5) }),
});
