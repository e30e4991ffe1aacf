import { useState } from 'react';
import { Field, TextArea } from '@grafana/ui';
import type { Cause, CauseVerdict } from '#contract';
import { useJudgeCause } from '../../api/useInsights.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

interface Props {
  number: number;
  cause: Cause;
  name: string;
  verdict: CauseVerdict;
  onClose: () => void;
}

const VERBS: Readonly<Record<CauseVerdict, { readonly ask: string; readonly confirm: string; readonly done: string }>> = {
  confirmed: { ask: 'Was it the cause?', confirm: 'Confirm', done: 'confirmed' },
  refuted: { ask: 'Was it not the cause?', confirm: 'Refute', done: 'refuted' },
  open: { ask: 'Is it not known after all?', confirm: 'Open again', done: 'open again' },
};

/** Says what became of a suspicion, and how that was found out. */
export function CauseVerdictDialog({ number, cause, name, verdict, onClose }: Props) {
  const judge = useJudgeCause();
  const outcome = useDialogOutcome(onClose);
  // as it was when the dialog opened: what the asker saw
  const [version] = useState(cause.version);
  const [note, setNote] = useState('');
  const { ask, confirm, done } = VERBS[verdict];
  return (
    <DialogForm
      title={`${name}: ${ask}`}
      confirmText={confirm}
      canConfirm={!judge.isPending}
      error={judge.error}
      onClose={onClose}
      onConfirm={() => judge.mutate({ number, version, body: { cause: cause.id, verdict, note } }, outcome(`${name}: ${done}`))}
    >
      <Field noMargin label="How was it found out?" description="Shown on the timeline, and in the review. May stay empty.">
        <TextArea id="muster-cause-note" rows={3} maxLength={2000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
