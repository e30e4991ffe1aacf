import { useState } from 'react';
import { Field, Input } from '@grafana/ui';
import type { Runbook } from '#contract';
import { useCreateRunbook } from '../../api/useRunbooks.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { emptyRunbook, idFault, idOfTitle } from '../../model/newRunbook.ts';

/** A title and a name; the rest is written in the editor. */
export function NewRunbookDialog({ onCreated, onClose }: { onCreated: (runbook: Runbook) => void; onClose: () => void }) {
  const create = useCreateRunbook();
  const [title, setTitle] = useState('');
  const [ownId, setOwnId] = useState<string | null>(null);
  const id = ownId ?? idOfTitle(title);
  const fault = id === '' ? null : idFault(id);
  return (
    <DialogForm
      title="New runbook"
      confirmText="Begin"
      canConfirm={title.trim() !== '' && id !== '' && fault === null && !create.isPending}
      error={create.error}
      onClose={onClose}
      onConfirm={() => create.mutate(emptyRunbook(id, title.trim()), { onSuccess: onCreated })}
    >
      <Field noMargin required label="Title" description="What it does, as people would say it.">
        <Input id="muster-runbook-title" autoFocus maxLength={200} value={title} placeholder="Restart checkout" onChange={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      <Field noMargin required label="Name in addresses" description="Never changes." invalid={fault !== null} error={fault === null ? '' : `It does not fit: ${fault}.`}>
        <Input id="muster-runbook-id" maxLength={60} value={id} onChange={(event) => setOwnId(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
