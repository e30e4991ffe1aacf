import { useState } from 'react';
import { Combobox, Field, Input } from '@grafana/ui';
import type { CallOf } from '#contract';
import { useNames } from '../../api/useAccess.ts';
import { useCan } from '../../api/useMe.ts';
import { usePagePerson, usePolicies, useStartEscalation } from '../../api/useMobilisation.ts';
import { useSchedules } from '../../api/useOnCall.ts';
import { useTeams } from '../../api/usePeople.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly description: string;
  readonly called: Omit<CallOf<'pagePerson'>['body'], 'reason'>;
}

/** Pages a person, a team, or whoever is on call, for an incident. */
export function PagePersonDialog({ number, onClose }: { number: number; onClose: () => void }) {
  const toast = useToast();
  const can = useCan();
  const names = useNames();
  const teams = useTeams({ enabled: can('listTeams') });
  const schedules = useSchedules({ enabled: can('listSchedules') });
  const page = usePagePerson(number);
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const choices: readonly Choice[] = [
    ...(names.data ?? []).map(({ key, name, login }) => ({ id: `person ${key}`, label: name, group: 'People', description: login, called: { user: key } })),
    ...(teams.data ?? []).map(({ id, name }) => ({ id: `team ${id}`, label: name, group: 'Everybody of a team', description: '', called: { team: id } })),
    ...(schedules.data ?? []).map(({ id, name }) => ({ id: `schedule ${id}`, label: name, group: 'Whoever is on call', description: '', called: { schedule: id } })),
  ];
  const choice = choices.find(({ id }) => id === chosen);
  return (
    <DialogForm
      title="Page somebody"
      confirmText="Page"
      canConfirm={choice !== undefined && !page.isPending}
      error={page.error}
      onClose={onClose}
      onConfirm={() =>
        choice !== undefined &&
        page.mutate(
          { ...choice.called, reason },
          {
            onSuccess: () => {
              toast.done(`${choice.label}: being called`);
              onClose();
            },
          }
        )
      }
    >
      <QueryView query={names}>
        {() => (
          <Field noMargin required label="Whom" description="A person, everybody of a team, or whoever is on call." htmlFor="muster-page-person">
            <Combobox
              id="muster-page-person"
              options={choices.map(({ id, label, group, description }) => ({ value: id, label, group, description }))}
              value={chosen}
              onChange={({ value }) => setChosen(value)}
              placeholder="Choose whom to call"
            />
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
