import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { AlertId, Incident } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { RegroupDialog, type RegroupKind } from './RegroupDialog.tsx';

interface Props {
  incident: Incident;
  chosen: readonly AlertId[];
  /** They are elsewhere now, or nobody wants to move them any more. */
  onDone: () => void;
}

/** What can be done with the chosen alerts. */
export function RegroupBar({ incident, chosen, onDone }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [kind, setKind] = useState<RegroupKind | null>(null);
  return (
    <div className={styles.bar} role="toolbar" aria-label="Chosen alerts">
      <span aria-live="polite">{`${chosen.length} of ${incident.alertsTotal} chosen`}</span>
      {can('splitIncident') && (
        <Button size="sm" variant="secondary" icon="code-branch" onClick={() => setKind('split')}>
          Split off
        </Button>
      )}
      {can('moveAlerts') && (
        <>
          <Button size="sm" variant="secondary" icon="arrow-right" onClick={() => setKind('move')}>
            Move
          </Button>
          <Button size="sm" variant="secondary" icon="minus-circle" onClick={() => setKind('out')}>
            Take out
          </Button>
        </>
      )}
      <Button size="sm" variant="secondary" fill="text" onClick={onDone}>
        Choose none
      </Button>
      {kind !== null && <RegroupDialog kind={kind} incident={incident} alerts={chosen} onClose={() => setKind(null)} onDone={onDone} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(1), marginBottom: theme.spacing(1),
    background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default,
  }),
});
