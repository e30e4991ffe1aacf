import { useState } from 'react';
import { Combobox, Field, Input } from '@grafana/ui';
import { useUsers } from '../../api/useAccess.ts';
import { usePagePerson, usePolicies, useStartEscalation } from '../../api/useMobilisation.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';

/** Pages one person for an incident. */
export function PagePersonDialog({ number, onClose }: { number: number; onClose: () => void }) {
  const toast = useToast();
  const users = useUsers();
  const page = usePagePerson(number);
  const [key, setKey] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const person = users.data?.find((user) => user.key === key);
  return (
    <DialogForm
      title="Page somebody"
      confirmText="Page"
      canConfirm={person !== undefined && !page.isPending}
      error={page.error}
      onClose={onClose}
      onConfirm={() =>
        person !== undefined &&
        page.mutate(
          { user: person.key, reason },
          {
            onSuccess: () => {
              toast.done(`${person.name} is being called`);
              onClose();
            },
          }
        )
      }
    >
      <QueryView query={users}>
        {(items) => (
          <Field noMargin required label="Person" htmlFor="muster-page-person">
            <Combobox id="muster-page-person" options={items.map((user) => ({ value: String(user.key), label: user.name, description: user.login }))} value={key} onChange={({ value }) => setKey(value)} placeholder="Choose a person" />
          </Field>
        )}
      </QueryView>
      <Field noMargin label="Why them" description="They read it in the message.">
        <Input id="muster-page-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}

/** Starts an escalation policy for an incident. */
export function StartPolicyDialog({ number, onClose }: { number: number; onClose: () => void }) {
  const toast = useToast();
  const policies = usePolicies();
  const start = useStartEscalation(number);
  const [id, setId] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const policy = policies.data?.find((each) => each.id === id);
  return (
    <DialogForm
      title="Start a policy"
      confirmText="Start"
      canConfirm={policy !== undefined && !start.isPending}
      error={start.error}
      onClose={onClose}
      onConfirm={() =>
        policy !== undefined &&
        start.mutate(
          { policy: policy.id, reason },
          {
            onSuccess: () => {
              toast.done(`Started: ${policy.name}`);
              onClose();
            },
          }
        )
      }
    >
      <QueryView query={policies}>
        {(items) => (
          <Field noMargin required label="Policy" htmlFor="muster-start-policy">
            <Combobox id="muster-start-policy" options={items.map((each) => ({ value: String(each.id), label: each.name, description: each.description }))} value={id} onChange={({ value }) => setId(value)} placeholder="Choose a policy" />
          </Field>
        )}
      </QueryView>
      <Field noMargin label="Why">
        <Input id="muster-start-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
