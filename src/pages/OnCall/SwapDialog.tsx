import { Combobox, Field, Input, Stack } from '@grafana/ui';
import { useState } from 'react';
import type { MyShift, SwapBody, UserKey } from '#contract';
import { useMe } from '../../api/useMe.ts';
import { useRequestSwap, useSchedules } from '../../api/useOnCall.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { fromLocalField, toLocalField } from '../../model/schedule.ts';
import { ReturnShiftField } from './ReturnShiftField.tsx';

/** Asks somebody, or whoever can, to take over a shift or a part of it. */
export function SwapDialog({ shift, onClose }: { shift: MyShift; onClose: () => void }) {
  const request = useRequestSwap();
  const schedules = useSchedules();
  const me = useMe();
  const toast = useToast();
  const [startsAt, setStartsAt] = useState(() => new Date(Math.max(Date.parse(shift.startsAt), Date.now())).toISOString());
  const [endsAt, setEndsAt] = useState(shift.endsAt);
  const [asked, setAsked] = useState<UserKey | null>(null);
  const [inReturn, setInReturn] = useState<SwapBody['inReturn']>(null);
  const [message, setMessage] = useState('');
  const others = (schedules.data?.find(({ id }) => id === shift.schedule.id)?.people ?? []).filter(({ key }) => key !== me.data?.user.key);
  return (
    <DialogForm
      title={`Swap a shift on ${shift.schedule.name}`} confirmText="Ask" canConfirm={Date.parse(endsAt) > Date.parse(startsAt) && !request.isPending} error={request.error} onClose={onClose}
      onConfirm={() => request.mutate({ params: { id: shift.schedule.id }, body: { startsAt, endsAt, asked, inReturn, message } }, {
        onSuccess: () => {
          toast.done('Asked; the shift stays yours until somebody takes it');
          onClose();
        },
      })}
    >
      <Stack gap={2} wrap="wrap">
        <Field noMargin required label="From" description="By the clock of this browser"><Input id="muster-swap-begin" type="datetime-local" value={toLocalField(Date.parse(startsAt))} onChange={(event) => setStartsAt(fromLocalField(event.currentTarget.value) ?? startsAt)} /></Field>
        <Field noMargin required label="To" description="By the clock of this browser"><Input id="muster-swap-end" type="datetime-local" value={toLocalField(Date.parse(endsAt))} onChange={(event) => setEndsAt(fromLocalField(event.currentTarget.value) ?? endsAt)} /></Field>
      </Stack>
      <Field noMargin label="Ask">
        <Combobox
          id="muster-swap-asked" options={[{ value: '', label: 'Whoever takes it' }, ...others.map(({ key, name }) => ({ value: String(key), label: name }))]} value={asked === null ? '' : String(asked)}
          onChange={({ value }) => {
            setAsked(others.find(({ key }) => key === value)?.key ?? null);
            setInReturn(null);
          }}
        />
      </Field>
      {asked !== null && <ReturnShiftField scheduleId={shift.schedule.id} asked={asked} value={inReturn} onChange={setInReturn} />}
      <Field noMargin label="Message"><Input id="muster-swap-message" maxLength={500} value={message} onChange={(event) => setMessage(event.currentTarget.value)} /></Field>
    </DialogForm>
  );
}
