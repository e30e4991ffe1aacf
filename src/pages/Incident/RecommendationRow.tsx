import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, TextLink, useStyles2 } from '@grafana/ui';
import { ENDED_RUN_STATES, type Recommendation, type RunbookTrial } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { formatShare } from '../../model/amounts.ts';
import { countOf } from '../../model/counts.ts';
import { effectText, RUNBOOK_OUTCOME_WORDS, recordText } from '../../model/recommendations.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { JudgeButton, JudgedTitle, RejectionText } from './Rejection.tsx';

interface Props {
  number: number;
  item: Recommendation;
  place: number;
  onRun: () => void;
  onReject: () => void;
}

/** One suggested runbook: how likely it helps, what is known of it, and what that is known from. */
export function RecommendationRow({ number, item, place, onRun, onReject }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [isOpen, setIsOpen] = useState(false);
  const { title, rejected, effect } = item;
  return (
    <li className={styles.row} data-testid={testIds.incident.recommendation}>
      <div className={styles.line}>
        <JudgedTitle item={item} place={place} />
        {item.explored && <Badge text="Worth a try" color="purple" tooltip="Little is known of it. It stands here so that more becomes known; it is safe to try." />}
        {item.stale && <Badge color="orange" icon="clock-nine" text="Stale" tooltip="Not tried successfully in the last 90 days" />}
      </div>
      {rejected === null ? (
        <>
          <div>{recordText(item)}</div>
          <div className={styles.dim}>
            Likely to end it: {formatShare(item.probability)} (95 %: {formatShare(item.low)} to {formatShare(item.high)})
          </div>
        </>
      ) : (
        <RejectionText rejected={rejected} />
      )}
      {effect !== null && <div>{effectText(effect)}</div>}
      <div className={styles.line}>
        {can('startRun') && rejected === null && (
          <Button icon="play" size="sm" variant={place === 1 && item.run === null ? 'primary' : 'secondary'} aria-label={`Run ${title}`} onClick={onRun}>
            Run…
          </Button>
        )}
        <Button size="sm" fill="text" variant="secondary" icon={isOpen ? 'angle-down' : 'angle-right'} aria-expanded={isOpen} aria-label={`Evidence for ${title}`} onClick={() => setIsOpen(!isOpen)}>
          Evidence
        </Button>
        <JudgeButton number={number} item={item} onReject={onReject} />
        {item.run !== null && (
          <TextLink href={paths.run(item.run.id)} inline>
            {ENDED_RUN_STATES.some((ended) => ended === item.run?.state) ? 'its last run here' : 'it runs here already'}
          </TextLink>
        )}
      </div>
      {isOpen && <Evidence item={item} />}
    </li>
  );
}

function Evidence({ item }: { item: Recommendation }) {
  const styles = useStyles2(getStyles);
  const { reasons, evidence, heldBack, safe, steps, description } = item;
  return (
    <div className={styles.row}>
      {description !== '' && <div>{description}</div>}
      <ul className={styles.reasons} aria-label={`Why ${item.title}`}>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
        {evidence.map((trial) => (
          <li key={trial.number}>
            <TrialLine trial={trial} />
          </li>
        ))}
      </ul>
      {evidence.length === 0 && <div className={styles.dim}>It was never run in an incident that you may see, so its likelihood is a guess from what it says of itself.</div>}
      <div className={styles.dim}>
        {countOf(steps, 'step')}; {safe ? 'it only reads, or may run by itself' : 'it changes things, so it is never put forward just to learn'}.
      </div>
      {heldBack !== null && <div className={styles.dim}>Does not start by itself: {heldBack}</div>}
    </div>
  );
}

function TrialLine({ trial }: { trial: RunbookTrial }) {
  return (
    <>
      {RUNBOOK_OUTCOME_WORDS[trial.outcome]}{' '}
      <TextLink href={paths.incident(trial.number)} inline>{`${trial.key} ${trial.title}`}</TextLink>
      {trial.similarity === null ? ', which is not like this one' : `, ${formatShare(trial.similarity)} alike`}
      {trial.run !== null && (
        <>
          {' · '}
          <TextLink href={paths.run(trial.run)} inline>
            run
          </TextLink>
        </>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), minWidth: 0 }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), minWidth: 0 }),
  reasons: css({ margin: 0, paddingLeft: theme.spacing(2.5) }),
  dim: css({ color: theme.colors.text.secondary }),
});
