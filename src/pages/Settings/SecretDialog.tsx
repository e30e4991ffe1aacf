import { useState } from 'react';
import { Field, Input, MultiCombobox, TextArea } from '@grafana/ui';
import { fieldName, type RunbookSecret } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useRunbookList } from '../../api/useRunbooks.ts';
import { usePutRunbookSecret } from '../../api/useRunbookSecrets.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ROLE_LABELS } from '../../model/roles.ts';

const ROLES = ['responder', 'commander', 'manager', 'admin'] as const;

interface Props {
  /** Null: a new one. */
  secret: RunbookSecret | null;
  taken: readonly string[];
  onClose: () => void;
}

/** A secret: its name, its value (which is not shown again), and who and what may use it. */
export function SecretDialog({ secret, taken, onClose }: Props) {
  const can = useCan();
  const toast = useToast();
  const put = usePutRunbookSecret();
  const runbooks = useRunbookList({}, { enabled: can('listRunbooks') });
  const [name, setName] = useState(secret?.name ?? '');
  const [value, setValue] = useState('');
  const [description, setDescription] = useState(secret?.description ?? '');
  const [scope, setScope] = useState<RunbookSecret['runbooks']>(secret?.runbooks ?? []);
  const [role, setRole] = useState<(typeof ROLES)[number]>(secret?.role ?? 'responder');
  const nameFault =
    secret !== null || name === '' ? null : taken.includes(name) ? 'There is one of this name already.' : fieldName.safeParse(name).success ? null : 'Use letters, digits and underscores, a small letter first, 40 at most.';
  const ids = [...new Set([...(runbooks.data ?? []).map(({ id }) => id), ...scope])];

  return (
    <DialogForm
      title={secret === null ? 'Add secret' : `Change ${secret.name}`}
      confirmText="Save"
      canConfirm={name !== '' && nameFault === null && (secret !== null || value !== '') && !put.isPending}
      error={put.error}
      onClose={onClose}
      onConfirm={() =>
        put.mutate(
          { name, version: secret?.version ?? null, body: { description, runbooks: scope, role, ...(value === '' ? {} : { value }) } },
          {
            onSuccess: () => {
              onClose();
              toast.done(`Saved: ${name}`);
            },
          }
        )
      }
    >
      {secret === null && (
        <Field noMargin required label="Name" description="As steps say it." invalid={nameFault !== null} error={nameFault ?? ''}>
          <Input id="muster-secret-name" autoFocus maxLength={40} autoComplete="off" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        </Field>
      )}
      <Field noMargin required={secret === null} label={secret === null ? 'Value' : 'New value'} description={secret === null ? 'It is not shown again.' : 'Left empty, the stored one stays. It is not shown.'}>
        <Input id="muster-secret-value" type="password" autoComplete="new-password" maxLength={16_384} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="What it is for">
        <TextArea id="muster-secret-description" rows={2} maxLength={500} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Runbooks that may use it" description="None: any." htmlFor="muster-secret-runbooks">
        <MultiCombobox
          id="muster-secret-runbooks"
          options={ids.map((id) => ({ value: String(id), label: id }))}
          value={scope.map(String)}
          onChange={(chosen) => setScope(ids.filter((id) => chosen.some((option) => option.value === id)))}
          placeholder="Any runbook"
        />
      </Field>
      <Field noMargin label="Lowest role that may start a run with it">
        <Choice label="Role" options={ROLES} labels={ROLE_LABELS} value={role} onChange={setRole} />
      </Field>
    </DialogForm>
  );
}
