import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, TextLink, useStyles2 } from '@grafana/ui';
import type { AttachedRunbook } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { AUTOMATION_LABELS, AUTOMATION_MEANINGS } from '../../model/runbooks.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { OutcomeBadge, RunStateBadge } from './RunBadges.tsx';
import { StartRunDialog } from './StartRunDialog.tsx';

interface Props {
  runbooks: readonly AttachedRunbook[];
  /** What they wait for, in words. */
  about: string;
  /** What is warned of may still come. */
  isOpen: boolean;
}

/** The runbooks that wait for a warning: what each may do by itself, what became of it, and a start where a person decides. */
export function AttachedRunbooks({ runbooks, about, isOpen }: Props) {
  const styles = useStyles2(getStyles);
  const [chosen, setChosen] = useState<AttachedRunbook | null>(null);
  if (runbooks.length === 0) return null;
  return (
    <>
      <ul className={styles.list} aria-label={`Runbooks for ${about}`}>
        {runbooks.map((attached) => (
          <li key={attached.record} className={styles.item} data-testid={testIds.run.attached}>
            <Attached attached={attached} about={about} isOpen={isOpen} onStart={() => setChosen(attached)} />
          </li>
        ))}
      </ul>
      {chosen !== null && (
        <StartRunDialog runbook={chosen.runbook} title={chosen.title} record={chosen.record} known={chosen.inputs} onClose={() => setChosen(null)} onStarted={() => setChosen(null)} />
      )}
    </>
  );
}

function Attached({ attached, about, isOpen, onStart }: { attached: AttachedRunbook; about: string; isOpen: boolean; onStart: () => void }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const { runbook, title, level, outcome, reason, run, mayStart, whyNot } = attached;
  // What was suggested needs no reason: it is what the level says.
  const isHeld = outcome === 'held_back' || outcome === 'failed';
  return (
    <>
      <div className={styles.line}>
        <TextLink href={paths.runbook(runbook)} inline={false} icon="book-open">
          {title}
        </TextLink>
        {level !== null && <Badge color="darkgrey" text={AUTOMATION_LABELS[level]} tooltip={AUTOMATION_MEANINGS[level]} />}
        {run === null ? (
          <OutcomeBadge outcome={outcome} />
        ) : (
          <>
            <RunStateBadge run={run} />
            <TextLink href={paths.run(run.id)} inline={false}>
              {`Run ${run.id}`}
            </TextLink>
          </>
        )}
      </div>
      {run === null && isHeld && <div className={styles.dim}>Did not start by itself: {reason}</div>}
      {run === null && isOpen && mayStart && can('startRun') && (
        <Button size="sm" variant="secondary" icon="play" aria-label={`Start ${title} for ${about}`} onClick={onStart}>
          Start…
        </Button>
      )}
      {run === null && isOpen && !mayStart && whyNot !== null && <div className={styles.dim}>You cannot start it: {whyNot}</div>}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(0.5, 0, 0), display: 'flex', flexDirection: 'column', gap: theme.spacing(1), width: '100%' }),
  item: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5), paddingLeft: theme.spacing(1), borderLeft: `2px solid ${theme.colors.border.medium}`, minWidth: 0 }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
