import { useState } from 'react';
import { Field, TextArea } from '@grafana/ui';
import type { Runbook } from '#contract';
import { usePublishRunbook } from '../../api/useRunbooks.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { DiffView } from './DiffView.tsx';

interface Props {
  runbook: Runbook;
  source: string;
  version: number;
  onClose: () => void;
}

/** What changes for those who run it, and why. */
export function PublishDialog({ runbook, source, version, onClose }: Props) {
  const toast = useToast();
  const publish = usePublishRunbook();
  const [note, setNote] = useState('');
  return (
    <DialogForm
      title={`Publish: ${runbook.title}`}
      confirmText="Publish"
      canConfirm={!publish.isPending}
      error={publish.error}
      onClose={onClose}
      onConfirm={() =>
        publish.mutate(
          { id: runbook.id, version, note },
          {
            onSuccess: (now) => {
              onClose();
              toast.done(`Version ${now.liveVersion ?? ''} is live`);
            },
          }
        )
      }
    >
      <span>From now on new runs take this text. Runs that go on keep the version that they began with.</span>
      {runbook.source !== null && <DiffView before={runbook.source} after={source} label={`From version ${runbook.liveVersion ?? ''} to the draft`} />}
      <Field noMargin label="What changed (optional)" description="Shown among the versions.">
        <TextArea id="muster-publish-note" rows={2} maxLength={2_000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
