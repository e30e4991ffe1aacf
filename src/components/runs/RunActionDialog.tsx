import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Checkbox, Field, Modal, Stack, TextArea, useStyles2 } from '@grafana/ui';
import type { Run, RunStep } from '#contract';
import { isConflict } from '../../api/apiError.ts';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useRunAction, type RunAction } from '../../api/useRuns.ts';
import { useToast } from '../../hooks/useToast.ts';
import { currentSteps, undoSteps } from '../../model/runSteps.ts';

/** What somebody wants to do to a run, before it is confirmed. */
export type AskedAction = { readonly name: 'pause' | 'resume' | 'cancel' | 'undo' } | { readonly name: 'retry' | 'skip'; readonly step: RunStep };

const TITLES = { pause: 'Pause the run', resume: 'Resume the run', cancel: 'Cancel the run', undo: 'Undo the run', retry: 'Try again', skip: 'Skip' } as const;
const CONFIRMS = { pause: 'Pause', resume: 'Resume', cancel: 'Cancel the run', undo: 'Undo', retry: 'Try again', skip: 'Skip the step' } as const;
const DONE = { pause: 'Paused', resume: 'Resumed', cancel: 'Cancelled', undo: 'Undoing', retry: 'Trying again', skip: 'Skipped' } as const;

/** Says what will happen, takes a reason, and does it. */
export function RunActionDialog({ run, asked, onClose }: { run: Run; asked: AskedAction; onClose: () => void }) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const act = useRunAction();
  const [reason, setReason] = useState('');
  const [undo, setUndo] = useState(true);
  const undos = asked.name === 'undo' || (asked.name === 'cancel' && undo) ? undoSteps(run) : [];
  const destructive = asked.name === 'cancel' || asked.name === 'undo' || asked.name === 'skip';

  function toAction(): RunAction {
    switch (asked.name) {
      case 'cancel':
        return { name: 'cancel', reason, undo };
      case 'retry':
      case 'skip':
        return { name: asked.name, reason, step: asked.step.path };
      case 'pause':
      case 'resume':
      case 'undo':
        return { name: asked.name, reason };
    }
  }

  function confirm(): void {
    act.mutate(
      { run: run.id, action: toAction() },
      {
        onSuccess: () => {
          onClose();
          toast.done(`${DONE[asked.name]}: ${run.title}`);
        },
        onError: (error) => {
          if (isConflict(error)) {
            onClose();
            toast.failed(error);
          }
        },
      }
    );
  }

  return (
    <Modal title={'step' in asked ? `${TITLES[asked.name]}: ${asked.step.name}` : TITLES[asked.name]} isOpen onDismiss={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
      >
        <Stack direction="column" gap={2}>
          <span>{whatHappens(run, asked)}</span>
          {asked.name === 'cancel' && undoSteps(run).length > 0 && (
            <div>
              <Checkbox label="Take back what it did" value={undo} onChange={(event) => setUndo(event.currentTarget.checked)} />
            </div>
          )}
          {undos.length > 0 && (
            <div>
              <strong>Taken back, in this order:</strong>
              <ol className={styles.list} aria-label="Taken back">
                {undos.map(({ path, name, undoText }) => (
                  <li key={path}>
                    {name}
                    {undoText !== null && <div className={styles.dim}>{undoText}</div>}
                  </li>
                ))}
              </ol>
            </div>
          )}
          {act.error !== null && (
            <Alert severity="error" title={adviseOn(act.error).title}>
              {adviseOn(act.error).advice}
            </Alert>
          )}
          <Field noMargin label="Reason (optional)" description={run.incident === null ? 'Shown with the run.' : 'Shown on the timeline.'}>
            <TextArea id="muster-run-reason" rows={2} maxLength={2_000} autoFocus value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          </Field>
          <Stack gap={1} justifyContent="flex-end" wrap="wrap">
            <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" variant={destructive ? 'destructive' : 'primary'} disabled={act.isPending}>
              {CONFIRMS[asked.name]}
            </Button>
          </Stack>
        </Stack>
      </form>
    </Modal>
  );
}

function whatHappens(run: Run, asked: AskedAction): string {
  switch (asked.name) {
    case 'pause':
      return 'What runs now comes to its end. No further step begins until somebody resumes the run.';
    case 'resume': {
      const next = run.steps.find(({ state }) => state === 'pending');
      return next === undefined ? 'The run goes on.' : `The run goes on with “${next.name}”${next.text === '' ? '' : `: ${next.text}`}`;
    }
    case 'cancel': {
      const now = currentSteps(run).map(({ name }) => `“${name}”`);
      return `${now.length === 0 ? 'No further step begins.' : `${now.join(' and ')} ${now.length === 1 ? 'is' : 'are'} stopped, and no further step begins.`}${undoSteps(run).length === 0 ? ' There is nothing to take back.' : ''}`;
    }
    case 'undo':
      return 'What the run did is taken back, the last step first. What cannot be taken back stays as it is.';
    case 'retry':
      return asked.step.state === 'unknown'
        ? `It is not known whether “${asked.step.name}” took effect. Look first: trying again may do it a second time. ${asked.step.text}`
        : `“${asked.step.name}” is done again, and the run goes on from there. ${asked.step.text}`;
    case 'skip':
      return asked.step.state === 'waiting'
        ? `The run no longer waits for “${asked.step.name}”, and goes on without what it gives.`
        : `The run goes on without “${asked.step.name}”. Later steps that use what it gives will fail.`;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ paddingLeft: theme.spacing(3), margin: theme.spacing(0.5, 0, 0), overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
