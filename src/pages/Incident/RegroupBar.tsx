import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { AlertId, Incident } from '#contract';
import { useJudgement } from '../../api/useJudgements.ts';
import { useCan } from '../../api/useMe.ts';
import { stateTone } from '../../model/states.ts';
import { JudgeDialog } from './JudgeDialog.tsx';
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
  const [judges, setJudges] = useState(false);
  const mayJudge = can('putJudgement');
  const judgement = useJudgement(incident.number, { enabled: mayJudge });
  const isOver = stateTone(incident.state) === 'over';
  return (
    <div className={styles.bar} role="toolbar" aria-label="Chosen alerts">
      <span aria-live="polite">{`${chosen.length} of ${incident.alertsTotal} chosen`}</span>
      {!isOver && can('splitIncident') && (
        <Button size="sm" variant="secondary" icon="code-branch" onClick={() => setKind('split')}>
          Split off
        </Button>
      )}
      {!isOver && can('moveAlerts') && (
        <>
          <Button size="sm" variant="secondary" icon="arrow-right" onClick={() => setKind('move')}>
            Move
          </Button>
          <Button size="sm" variant="secondary" icon="minus-circle" onClick={() => setKind('out')}>
            Take out
          </Button>
        </>
      )}
      {mayJudge && judgement.data !== undefined && (
        <Button size="sm" variant="secondary" icon="question-circle" tooltip="Moves nothing: says it for back-tests" onClick={() => setJudges(true)}>
          Did not belong here
        </Button>
      )}
      <Button size="sm" variant="secondary" fill="text" onClick={onDone}>
        Choose none
      </Button>
      {kind !== null && <RegroupDialog kind={kind} incident={incident} alerts={chosen} onClose={() => setKind(null)} onDone={onDone} />}
      {judges && judgement.data !== undefined && (
        <JudgeDialog incident={incident} present={judgement.data.judgement?.judgement ?? null} seenVersion={judgement.data.version} chosen={chosen} onClose={() => setJudges(false)} onDone={onDone} />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(1), marginBottom: theme.spacing(1),
    background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default,
  }),
});
