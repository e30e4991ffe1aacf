import { useState } from 'react';
import { Field, Input, RadioButtonGroup } from '@grafana/ui';
import { createSourceBody, SOURCE_KINDS, type SourceKind } from '#contract';
import { useCreateSource } from '../../api/useSources.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { shortNameFrom } from '../../model/shortName.ts';
import { KIND_LABELS } from '../../model/sourceKinds.ts';
import type { IssuedToken } from './issuedToken.ts';

interface Props {
  onAdded: (token: IssuedToken) => void;
  onClose: () => void;
}

export function AddSourceModal({ onAdded, onClose }: Props) {
  const create = useCreateSource();
  const [kind, setKind] = useState<SourceKind>('grafana');
  const [name, setName] = useState('');
  const [id, setId] = useState<string | null>(null);
  const shownId = id ?? shortNameFrom(name);
  const body = { id: shownId, kind, name };
  const checked = createSourceBody.safeParse(body);
  const idFault = checked.success ? undefined : checked.error.issues.find(({ path }) => path[0] === 'id')?.message;

  return (
    <DialogForm
      title="Add source"
      confirmText="Add"
      canConfirm={checked.success && !create.isPending}
      error={create.error}
      onClose={onClose}
      onConfirm={() => create.mutate(body, { onSuccess: onAdded })}
    >
      <Field noMargin label="What sends the alerts?">
        <RadioButtonGroup
          id="muster-source-kind"
          aria-label="Kind"
          options={SOURCE_KINDS.map((value) => ({ value, label: KIND_LABELS[value] }))}
          value={kind}
          onChange={setKind}
        />
      </Field>
      <Field noMargin required label="Name">
        <Input id="muster-source-name" autoFocus maxLength={100} placeholder="Grafana production" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field
        noMargin
        required
        label="Short name"
        description="Part of the address that alerts are posted to. Cannot be changed later."
        invalid={shownId !== '' && idFault !== undefined}
        error={idFault}
      >
        <Input id="muster-source-id" maxLength={40} placeholder="grafana-production" value={shownId} onChange={(event) => setId(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
