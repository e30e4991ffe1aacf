import { useState } from 'react';
import { Checkbox, Combobox, Field, Input } from '@grafana/ui';
import { createApiTokenBody, type ResponseOf } from '#contract';
import { useCreateApiToken } from '../../api/useAccess.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { ROLE_LABELS, ROLE_MEANINGS } from '../../model/roles.ts';

/** No token may administer Muster. */
const TOKEN_ROLES = ['viewer', 'responder', 'commander', 'manager', 'auditor'] as const;
const LIFETIMES_DAYS = [7, 30, 90, 365] as const;

interface Props {
  onCreated: (token: ResponseOf<'createApiToken'>) => void;
  onClose: () => void;
}

export function CreateApiTokenModal({ onCreated, onClose }: Props) {
  const create = useCreateApiToken();
  const [name, setName] = useState('');
  const [role, setRole] = useState<(typeof TOKEN_ROLES)[number]>('viewer');
  const [expiresInDays, setExpiresInDays] = useState<number>(90);
  const [seesPrivate, setSeesPrivate] = useState(false);
  const body = { name, role, expiresInDays, seesPrivate };

  return (
    <DialogForm
      title="Create API token"
      confirmText="Create"
      canConfirm={createApiTokenBody.safeParse(body).success && !create.isPending}
      error={create.error}
      onClose={onClose}
      onConfirm={() => create.mutate(body, { onSuccess: onCreated })}
    >
      <Field noMargin required label="Name" description="What it is for.">
        <Input id="muster-token-name" autoFocus maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Role" description={ROLE_MEANINGS[role]} htmlFor="muster-token-role">
        <Combobox id="muster-token-role" options={TOKEN_ROLES.map((value) => ({ value, label: ROLE_LABELS[value] }))} value={role} onChange={({ value }) => setRole(value)} />
      </Field>
      <Checkbox
        id="muster-token-private"
        label="Sees private incidents"
        description="All of them, without being a member. Leave it off unless the script is made for that."
        value={seesPrivate}
        onChange={(event) => setSeesPrivate(event.currentTarget.checked)}
      />
      <Field noMargin label="Ends after" htmlFor="muster-token-days">
        <Combobox
          id="muster-token-days"
          options={LIFETIMES_DAYS.map((value) => ({ value: Number(value), label: `${value} days` }))}
          value={expiresInDays}
          onChange={({ value }) => setExpiresInDays(value)}
        />
      </Field>
    </DialogForm>
  );
}
