import { Combobox, Field, Input, Stack } from '@grafana/ui';
import { useState } from 'react';
import type { Schedule, UserKey, UserRef } from '#contract';
import { useUsers } from '../../api/useAccess.ts';
import { useCan, useMe } from '../../api/useMe.ts';
import { useCreateOverride } from '../../api/useOnCall.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { fromLocalField, toLocalField } from '../../model/schedule.ts';

interface Props {
  schedule: Schedule;
  startMs: number;
  endMs: number;
  onClose: () => void;
}

/** Everybody once, by name. */
function together(...lists: readonly (readonly UserRef[])[]): UserRef[] {
  return [...new Map(lists.flat().map((person) => [person.key, person])).values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Puts somebody on call for a time: who may not edit the schedule, themselves. */
export function OverrideDialog({ schedule, startMs, endMs, onClose }: Props) {
  const can = useCan();
  const me = useMe();
  const toast = useToast();
  const create = useCreateOverride();
  const mayChoose = can('putSchedule');
  const users = useUsers({ enabled: mayChoose });
  const [startsAt, setStartsAt] = useState(new Date(startMs).toISOString());
  const [endsAt, setEndsAt] = useState(new Date(endMs).toISOString());
  const [chosen, setChosen] = useState<UserKey | null>(null);
  const [replaces, setReplaces] = useState<UserKey | null>(null);
  const [reason, setReason] = useState('');
  const self = me.data?.user;
  const people = together(self === undefined ? [] : [self], mayChoose ? (users.data ?? []) : [], mayChoose ? schedule.people : []);
  const who = chosen ?? self?.key ?? null;
  return (
    <DialogForm
      title={`Override on ${schedule.name}`} confirmText="Put on call" canConfirm={who !== null && Date.parse(endsAt) > Date.parse(startsAt) && !create.isPending} error={create.error} onClose={onClose}
      onConfirm={() => who !== null && create.mutate({ params: { id: schedule.id }, body: { startsAt, endsAt, users: [who], replaces, reason } }, {
        onSuccess: () => {
          toast.done('The override counts from now on');
          onClose();
        },
      })}
    >
      <Stack gap={2} wrap="wrap">
        <Field noMargin required label="Begins" description="By the clock of this browser">
          <Input id="muster-override-begin" type="datetime-local" value={toLocalField(Date.parse(startsAt))} onChange={(event) => setStartsAt(fromLocalField(event.currentTarget.value) ?? startsAt)} />
        </Field>
        <Field noMargin required label="Ends" description="By the clock of this browser">
          <Input id="muster-override-end" type="datetime-local" value={toLocalField(Date.parse(endsAt))} onChange={(event) => setEndsAt(fromLocalField(event.currentTarget.value) ?? endsAt)} />
        </Field>
      </Stack>
      <Field noMargin required label="Who is on call" description={mayChoose ? 'Anybody that Muster has seen' : 'You; to hand your shift to somebody else, ask for a swap under My shifts'}>
        <Combobox id="muster-override-who" options={people.map(({ key, name, login }) => ({ value: String(key), label: name, description: login }))} value={who === null ? null : String(who)} onChange={({ value }) => setChosen(people.find(({ key }) => key === value)?.key ?? null)} />
      </Field>
      <Field noMargin label="Instead of">
        <Combobox
          id="muster-override-replaces" options={[{ value: '', label: 'Everybody who is on call then' }, ...schedule.people.map(({ key, name }) => ({ value: String(key), label: name }))]} value={replaces === null ? '' : String(replaces)}
          onChange={({ value }) => setReplaces(schedule.people.find(({ key }) => key === value)?.key ?? null)}
        />
      </Field>
      <Field noMargin label="Reason"><Input id="muster-override-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} /></Field>
    </DialogForm>
  );
}
