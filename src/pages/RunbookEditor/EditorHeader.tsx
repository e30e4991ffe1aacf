import { css } from '@emotion/css';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, ConfirmModal, Stack, useStyles2 } from '@grafana/ui';
import type { Runbook, RunbookFinding } from '#contract';
import { useCan, useMe } from '../../api/useMe.ts';
import { useDiscardRunbookDraft, useRetireRunbook } from '../../api/useRunbooks.ts';
import { Instant } from '../../components/Instant.tsx';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { StartRunDialog } from '../../components/runs/StartRunDialog.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ORIGIN_LABELS, RUNBOOK_STATE_LABELS } from '../../model/runbooks.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { PublishDialog } from './PublishDialog.tsx';
import type { Draft } from './useDraft.ts';

interface Props {
  runbook: Runbook;
  draft: Draft;
  findings: readonly RunbookFinding[];
  readOnly: boolean;
}

const STATUS_WORDS: Readonly<Record<Draft['status'], string>> = { saved: 'Saved', unsaved: 'Not saved yet', saving: 'Saving…', failed: 'Could not be saved', conflict: 'Not saved: changed by somebody else' };

/** What is live, what waits as a draft, and what can be done with it. */
export function EditorHeader({ runbook, draft, findings, readOnly }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const me = useMe();
  const toast = useToast();
  const navigate = useNavigate();
  const discard = useDiscardRunbookDraft();
  const retire = useRetireRunbook();
  const [dialog, setDialog] = useState<'publish' | 'discard' | 'retire' | 'run' | null>(null);
  const { id, version } = { id: runbook.id, version: draft.version };
  const errors = findings.filter(({ level }) => level === 'error').length;
  const isOwn = runbook.draft !== null && me.data !== undefined && runbook.draft.by.key === me.data.user.key;
  const whyNot = errors > 0 ? 'It has errors.' : draft.status !== 'saved' ? 'It is not saved yet.' : runbook.needsSecondPerson && isOwn ? 'A second person has to publish it: you wrote the draft.' : null;

  return (
    <div className={styles.header}>
      <div className={styles.line}>
        <Badge color={runbook.state === 'live' ? 'green' : 'darkgrey'} text={runbook.state === 'live' ? `Live: version ${runbook.liveVersion ?? ''}` : RUNBOOK_STATE_LABELS[runbook.state]} />
        {ORIGIN_LABELS[runbook.origin] !== '' && <Badge color="blue" text={ORIGIN_LABELS[runbook.origin]} />}
        {runbook.draft !== null && (
          <span className={styles.dim}>
            Draft by {runbook.draft.by.name}, <Instant at={runbook.draft.at} />
          </span>
        )}
        {!readOnly && (
          <span className={styles.dim} role="status" data-testid={testIds.runbooks.saved} data-status={draft.status}>
            {STATUS_WORDS[draft.status]}
          </span>
        )}
      </div>
      <Stack gap={1} wrap="wrap" alignItems="center">
        {runbook.draft !== null && !readOnly && can('publishRunbook') && (
          <Button icon="upload" disabled={whyNot !== null} onClick={() => setDialog('publish')}>
            Publish…
          </Button>
        )}
        {runbook.draft !== null && !readOnly && can('discardRunbookDraft') && runbook.liveVersion !== null && (
          <Button variant="secondary" onClick={() => setDialog('discard')}>
            Discard draft…
          </Button>
        )}
        {runbook.state === 'live' && can('startRun') && (
          <Button variant="secondary" icon="play" onClick={() => setDialog('run')}>
            Run…
          </Button>
        )}
        {runbook.state !== 'draft' && runbook.origin !== 'file' && can(runbook.state === 'retired' ? 'reinstateRunbook' : 'retireRunbook') && (
          <Button variant="secondary" fill="text" onClick={() => setDialog('retire')}>
            {runbook.state === 'retired' ? 'Take into use again…' : 'Retire…'}
          </Button>
        )}
        {runbook.draft !== null && !readOnly && whyNot !== null && <span className={styles.dim}>{whyNot}</span>}
        {runbook.needsSecondPerson && !isOwn && runbook.draft !== null && <span className={styles.dim}>You can publish it: somebody else wrote the draft.</span>}
      </Stack>
      {dialog === 'publish' && <PublishDialog runbook={runbook} source={draft.source} version={version} onClose={() => setDialog(null)} />}
      {dialog === 'discard' && (
        <ConfirmModal
          isOpen
          title="Discard the draft"
          body={`What was written since version ${runbook.liveVersion ?? ''} is lost. The live version stays as it is.`}
          confirmText="Discard"
          onDismiss={() => setDialog(null)}
          onConfirm={() =>
            discard.mutate(
              { id, version },
              {
                onSuccess: () => {
                  draft.takeTheirs();
                  toast.done('Draft discarded');
                },
                onError: (error) => toast.failed(error),
                onSettled: () => setDialog(null),
              }
            )
          }
        />
      )}
      {dialog === 'retire' && (
        <ReasonDialog
          title={runbook.state === 'retired' ? `Take into use again: ${runbook.title}` : `Retire: ${runbook.title}`}
          confirmText={runbook.state === 'retired' ? 'Take into use' : 'Retire'}
          destructive={runbook.state !== 'retired'}
          required={false}
          shownIn="in the audit log"
          hint={runbook.state === 'retired' ? 'It can be run again, and its triggers fit again.' : 'It can no longer be started, and its triggers fit no more. Runs that go on are not touched; its versions stay.'}
          busy={retire.isPending}
          error={retire.error}
          onDismiss={() => setDialog(null)}
          onConfirm={(reason = '') => retire.mutate({ id, version, reason, to: runbook.state === 'retired' ? 'reinstateRunbook' : 'retireRunbook' }, { onSuccess: () => setDialog(null) })}
        />
      )}
      {dialog === 'run' && <StartRunDialog runbook={id} title={runbook.title} onClose={() => setDialog(null)} onStarted={(run) => void navigate(paths.run(run.id))} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  line: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 1.5), alignItems: 'center', minHeight: 24 }),
  dim: css({ color: theme.colors.text.secondary }),
});
