import type { Run, RunStep } from '#contract';
import { isConflict } from '../../api/apiError.ts';
import { useAnswerStep } from '../../api/useRuns.ts';
import { useToast } from '../../hooks/useToast.ts';
import { ReasonDialog } from '../ReasonDialog.tsx';

interface Props {
  run: Run;
  step: RunStep;
  answer: 'approve' | 'reject';
  /** What will happen. */
  then: string;
  onClose: () => void;
}

/** Says once more what an approval or a rejection does, and takes a comment. */
export function AnswerDialog({ run, step, answer, then, onClose }: Props) {
  const toast = useToast();
  const send = useAnswerStep();
  return (
    <ReasonDialog
      title={`${answer === 'approve' ? 'Approve' : 'Reject'}: ${step.name}`}
      confirmText={answer === 'approve' ? 'Approve' : 'Reject'}
      destructive={answer === 'reject'}
      required={answer === 'reject'}
      hint={then}
      shownIn={run.incident === null ? 'with the run' : 'on the timeline'}
      busy={send.isPending}
      error={send.error}
      onDismiss={onClose}
      onConfirm={(comment = '') =>
        send.mutate(
          { run: run.id, body: { step: step.path, answer, comment } },
          {
            onSuccess: () => {
              onClose();
              toast.done(`${answer === 'approve' ? 'Approved' : 'Rejected'}: ${step.name}`);
            },
            onError: (error) => {
              if (isConflict(error)) {
                onClose();
                toast.failed(error);
              }
            },
          }
        )
      }
    />
  );
}
