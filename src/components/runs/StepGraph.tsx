import { css, cx } from '@emotion/css';
import { memo, useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, Stack, useStyles2 } from '@grafana/ui';
import type { Run, RunStep } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useNow } from '../../hooks/useNow.ts';
import { formatDuration } from '../../model/duration.ts';
import { kindTitle } from '../../model/runbooks.ts';
import { groupName, hasStoppedAt, isSkippable, type StepNode } from '../../model/runSteps.ts';
import { testIds } from '../../testIds.ts';
import { boxStyle } from '../boxStyle.ts';
import { Instant } from '../Instant.tsx';
import type { AskedAction } from './RunActionDialog.tsx';
import { StepStateBadge } from './RunBadges.tsx';
import { StepOutputView } from './StepOutputView.tsx';

interface Props {
  run: Run;
  nodes: readonly StepNode[];
  onAsk: (asked: AskedAction) => void;
}

/** Steps from top to bottom as the runbook has them; what lies in a step is set in. */
export function StepGraph({ run, nodes, onAsk }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <ol className={styles.flow}>
      {nodes.map(({ step, groups }) => (
        <li key={step.path} className={styles.stop} data-state={step.state}>
          <StepCard run={run} step={step} onAsk={onAsk} />
          {groups.map((group) => (
            <div key={group.name ?? ''} className={styles.group} role="group" aria-label={group.name === null ? `In ${step.name}` : `${step.name}: ${groupName(step.kind, group.name)}`}>
              {group.name !== null && <div className={styles.groupName}>{groupName(step.kind, group.name)}</div>}
              <StepGraph run={run} nodes={group.nodes} onAsk={onAsk} />
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}

const RUNNING = new Set<RunStep['state']>(['running', 'waiting', 'undoing']);

const StepCard = memo(function StepCard({ run, step, onAsk }: { run: Run; step: RunStep; onAsk: (asked: AskedAction) => void }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const stopped = hasStoppedAt(run, step);
  const [opened, setOpened] = useState<boolean | null>(null);
  const isOpen = opened ?? (step.state === 'running' && step.attempts.some(({ outputBytes }) => outputBytes > 0));
  const tries = step.attempts.length;
  return (
    <div className={cx(styles.card, step.state === 'pending' && styles.pending)} data-testid={testIds.run.step} data-step={step.path} data-state={step.state}>
      <div className={styles.line}>
        <div className={styles.words}>
          <div className={styles.title}>
            <strong>{step.name}</strong>
            <StepStateBadge step={step} />
          </div>
          <div className={styles.dim}>
            {kindTitle(step.kind)}
            {step.startedAt !== null && (
              <>
                {' · '}
                {step.endedAt === null ? RUNNING.has(step.state) && <Since at={step.startedAt} /> : formatDuration(Date.parse(step.endedAt) - Date.parse(step.startedAt))}
              </>
            )}
            {tries > 1 && ` · ${tries} attempts`}
            {step.endedBy !== null && step.endedBy.kind === 'user' && ` · ${step.endedBy.name}`}
            {step.state === 'waiting' && step.waitsUntil !== null && (
              <>
                {' · until '}
                <Instant at={step.waitsUntil} as="clock" />
              </>
            )}
          </div>
        </div>
        <Stack gap={0.5} wrap="wrap">
          {stopped && can('retryStep') && (
            <Button size="sm" icon="repeat" onClick={() => onAsk({ name: 'retry', step })} aria-label={`Try again: ${step.name}`}>
              Try again…
            </Button>
          )}
          {isSkippable(run, step) && can('skipStep') && (
            <Button size="sm" variant="secondary" icon="forward" onClick={() => onAsk({ name: 'skip', step })} aria-label={`Skip: ${step.name}`}>
              Skip…
            </Button>
          )}
          {step.state !== 'pending' && (
            <Button size="sm" fill="text" variant="secondary" icon={isOpen ? 'angle-down' : 'angle-right'} aria-expanded={isOpen} aria-label={`Details of ${step.name}`} onClick={() => setOpened(!isOpen)}>
              Details
            </Button>
          )}
        </Stack>
      </div>
      {step.text !== '' && <div className={styles.text}>{step.text}</div>}
      {step.error !== null && (
        <div className={styles.error}>
          <Icon name="exclamation-triangle" size="sm" aria-hidden /> <span>{step.error}</span>
        </div>
      )}
      {isOpen && (
        <div className={styles.details}>
          {tries > 1 && (
            <ol className={styles.attempts} aria-label={`Attempts of ${step.name}`}>
              {step.attempts.map(({ attempt, startedAt, endedAt, error }) => (
                <li key={attempt}>
                  Attempt {attempt}: <Instant at={startedAt} as="clock" />
                  {endedAt !== null && `, ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}`}
                  {error !== null && `, ${error}`}
                </li>
              ))}
            </ol>
          )}
          {step.hasUndo && step.undoText !== null && <div className={styles.dim}>Can be taken back: {step.undoText}</div>}
          {step.output !== null && (
            <pre className={styles.output} aria-label={`What ${step.name} gave`} tabIndex={0}>
              {JSON.stringify(step.output, null, 2)}
            </pre>
          )}
          <StepOutputView run={run.id} step={step} />
        </div>
      )}
    </div>
  );
});

function Since({ at }: { at: string }) {
  return <span aria-live="off">{formatDuration(useNow() - Date.parse(at))}</span>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  flow: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  // the line from step to step
  stop: css({ position: 'relative', '&:not(:last-child)::after': { content: '""', position: 'absolute', left: 20, bottom: theme.spacing(-1.5), height: theme.spacing(1.5), borderLeft: `2px solid ${theme.colors.border.medium}` } }),
  group: css({ margin: theme.spacing(1, 0, 0, 2), paddingLeft: theme.spacing(1.5), borderLeft: `2px solid ${theme.colors.border.medium}`, [theme.breakpoints.down('sm')]: { marginLeft: 0, paddingLeft: theme.spacing(1) } }),
  groupName: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, marginBottom: theme.spacing(0.5) }),
  card: css({ ...boxStyle(theme), flexDirection: 'column', overflowWrap: 'anywhere', background: theme.colors.background.primary }),
  pending: css({ borderStyle: 'dashed', background: 'transparent' }),
  line: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), justifyContent: 'space-between', alignItems: 'flex-start' }),
  words: css({ flex: '1 1 220px', minWidth: 0 }),
  title: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1), alignItems: 'center' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, fontVariantNumeric: 'tabular-nums' }),
  text: css({ whiteSpace: 'pre-wrap' }),
  error: css({ color: theme.colors.error.text, display: 'flex', gap: theme.spacing(0.5), alignItems: 'baseline' }),
  details: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), borderTop: `1px solid ${theme.colors.border.weak}`, paddingTop: theme.spacing(1) }),
  attempts: css({ listStyle: 'none', margin: 0, fontSize: theme.typography.bodySmall.fontSize }),
  output: css({ maxHeight: 240, overflow: 'auto', margin: 0, whiteSpace: 'pre-wrap', fontSize: theme.typography.bodySmall.fontSize }),
});
