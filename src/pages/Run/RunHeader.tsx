import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Dropdown, Icon, Menu, Stack, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, isEndedRun, type Run } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { RunStateBadge } from '../../components/runs/RunBadges.tsx';
import type { AskedAction } from '../../components/runs/RunActionDialog.tsx';
import { useNow } from '../../hooks/useNow.ts';
import { between, formatDuration } from '../../model/duration.ts';
import { RUN_STATE_LABELS, START_WORDS } from '../../model/runbooks.ts';
import { primaryRunAction, type PrimaryRunAction } from '../../model/runSteps.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const COMMAND_WORDS = { pause: 'Pause…', resume: 'Resume…', cancel: 'Cancel the run…', undo: 'Undo what it did…' } as const;
const OPERATIONS = { pause: 'pauseRun', resume: 'resumeRun', cancel: 'cancelRun', undo: 'undoRun' } as const;

interface Props {
  run: Run;
  onAsk: (asked: AskedAction) => void;
}

/** How a run stands, where it comes from, and the one thing to do next. */
export function RunHeader({ run, onAsk }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const primary = primaryRunAction(run);
  const commands = run.commands.filter((command) => can(OPERATIONS[command]) && command !== primary?.kind);
  return (
    <div className={styles.header} data-testid={testIds.run.header}>
      <div className={styles.line}>
        <RunStateBadge run={run} testId={testIds.run.state} />
        {run.drill && <Badge color="purple" icon="vial" text="Drill" />}
        <RunClock run={run} />
        <span>
          {run.stepsDone} of {run.stepsTotal} steps
        </span>
        {run.state === 'queued' && <span>{run.lock === null ? 'Begins when another run has ended.' : `Begins when nothing else works on ${run.lock}.`}</span>}
      </div>
      <div className={styles.facts}>
        {run.incident !== null && (
          <TextLink href={paths.incident(run.incident.number, 'runbooks')} inline>
            {`${incidentKey(run.incident.number)} ${run.incident.title}`}
          </TextLink>
        )}
        <span>
          Started {START_WORDS[run.start]} by {run.startedBy.name}, <Instant at={run.createdAt} />
        </span>
        <span>
          <TextLink href={paths.runbook(run.runbook)} inline>
            {run.runbook}
          </TextLink>
          , version {run.runbookVersion}
        </span>
        {run.parent !== null && (
          <TextLink href={paths.run(run.parent.id)} inline>
            part of another run
          </TextLink>
        )}
      </div>
      {run.reason !== null && <div>Why: {run.reason}</div>}
      {run.error !== null && (
        <div className={styles.error} role="alert">
          <Icon name="exclamation-triangle" aria-hidden /> {run.error}
        </div>
      )}
      <Stack gap={1} wrap="wrap">
        <PrimaryButton primary={primary} onAsk={onAsk} />
        {commands.length > 0 && (
          <Dropdown
            overlay={
              <Menu>
                {commands.map((command) => (
                  <Menu.Item key={command} label={COMMAND_WORDS[command]} destructive={command === 'cancel' || command === 'undo'} onClick={() => onAsk({ name: command })} />
                ))}
              </Menu>
            }
          >
            <Button variant="secondary" icon="ellipsis-v" aria-label="More actions" />
          </Dropdown>
        )}
      </Stack>
    </div>
  );
}

function PrimaryButton({ primary, onAsk }: { primary: PrimaryRunAction; onAsk: (asked: AskedAction) => void }) {
  const can = useCan();
  if (primary === null) return null;
  switch (primary.kind) {
    case 'answer':
      return (
        <Button
          icon="question-circle"
          data-testid={testIds.run.primary}
          onClick={() => {
            const card = document.querySelector<HTMLElement>(`[data-testid="${testIds.run.question}"][data-step="${CSS.escape(primary.step.path)}"]`);
            card?.scrollIntoView({ block: 'center' });
            card?.focus();
          }}
        >
          Answer: {primary.step.name}
        </Button>
      );
    case 'retry':
      return can('retryStep') ? (
        <Button icon="repeat" data-testid={testIds.run.primary} onClick={() => onAsk({ name: 'retry', step: primary.step })}>
          Try again: {primary.step.name}
        </Button>
      ) : null;
    case 'resume':
    case 'pause':
    case 'undo':
      return can(OPERATIONS[primary.kind]) ? (
        <Button icon={primary.kind === 'resume' ? 'play' : primary.kind === 'pause' ? 'pause' : 'history'} variant={primary.kind === 'resume' ? 'primary' : 'secondary'} data-testid={testIds.run.primary} onClick={() => onAsk({ name: primary.kind })}>
          {COMMAND_WORDS[primary.kind]}
        </Button>
      ) : null;
  }
}

function RunClock({ run }: { run: Run }) {
  const styles = useStyles2(getStyles);
  const now = useNow();
  if (run.startedAt === null) return null;
  const length = isEndedRun(run.state) ? between(run.startedAt, run.endedAt) : now - Date.parse(run.startedAt);
  if (length === null) return null;
  return (
    <span className={styles.clock} role="timer" aria-live="off" aria-label={`${RUN_STATE_LABELS[run.state]}, ${formatDuration(length)}`}>
      <Icon name="clock-nine" size="sm" aria-hidden /> {formatDuration(length)}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), alignItems: 'center' }),
  facts: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2), color: theme.colors.text.secondary }),
  clock: css({ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
  error: css({ color: theme.colors.error.text }),
});
