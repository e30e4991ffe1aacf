import { useState } from 'react';
import { Field, TextArea } from '@grafana/ui';
import type { RunbookId } from '#contract';
import { useJudgeRecommendation } from '../../api/useInsights.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

const LEAST = 3;

/** Says that a suggested runbook is not the right one here, and why; later suggestions learn from it. */
export function RejectRunbookDialog({ number, item, onClose }: { number: number; item: { readonly runbook: RunbookId; readonly title: string }; onClose: () => void }) {
  const judge = useJudgeRecommendation();
  const outcome = useDialogOutcome(onClose);
  const [reason, setReason] = useState('');
  const text = reason.trim();
  return (
    <DialogForm
      title={`${item.title}: not the right one?`}
      confirmText="Reject"
      canConfirm={!judge.isPending && text.length >= LEAST}
      error={judge.error}
      onClose={onClose}
      onConfirm={() => judge.mutate({ number, body: { runbook: item.runbook, verdict: 'rejected', reason: text } }, outcome(`${item.title}: rejected`))}
    >
      <Field noMargin label="Why not?" description="Shown on the timeline. It is suggested less for incidents like this one.">
        <TextArea id="muster-reject-reason" rows={3} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
