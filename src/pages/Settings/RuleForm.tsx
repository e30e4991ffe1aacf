import { useState, type ReactNode } from 'react';
import { editSourceBody, type CallOf, type Source } from '#contract';
import { useEditSource } from '../../api/useSources.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';

interface Props {
  source: Source;
  title: string;
  /** What is to be set; null while it has faults. */
  rules: CallOf<'editSource'>['body']['rules'] | null;
  confirmText?: string;
  /** What is said when it is saved. */
  done: string;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that sets a rule of a source, on the version that was seen when it was opened. */
export function RuleForm({ source, title, rules, confirmText = 'Save', done, onClose, children }: Props) {
  const edit = useEditSource();
  const toast = useToast();
  const [version] = useState(source.version);
  const isGood = rules !== null && editSourceBody.safeParse({ rules }).success;
  return (
    <DialogForm
      title={title}
      confirmText={confirmText}
      canConfirm={isGood && !edit.isPending}
      error={edit.error}
      onClose={onClose}
      onConfirm={() => {
        if (rules !== null) {
          edit.mutate(
            { source: source.id, version, body: { rules } },
            {
              onSuccess: () => {
                toast.done(done);
                onClose();
              },
            }
          );
        }
      }}
    >
      {children}
    </DialogForm>
  );
}
