import { useState } from 'react';
import { Checkbox, Combobox, Field, Input } from '@grafana/ui';
import type { MyContacts } from '#contract';
import { useAddContactPoint, useVerifyContactPoint } from '../../api/usePeople.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';

/** A new address of mine, with my consent to be told things there. */
export function AddPointDialog({ contacts, onClose, onAdded }: { contacts: MyContacts; onClose: () => void; onAdded: (id: string) => void }) {
  const add = useAddContactPoint();
  const [channel, setChannel] = useState<string>(contacts.channels[0]?.id ?? '');
  const [address, setAddress] = useState('');
  const [consent, setConsent] = useState(false);
  const label = contacts.channels.find(({ id }) => id === channel)?.addressLabel ?? 'Address';
  return (
    <DialogForm
      title="Add address"
      confirmText="Add and send code"
      canConfirm={channel !== '' && address.trim() !== '' && consent && !add.isPending}
      error={add.error}
      onClose={onClose}
      onConfirm={() =>
        add.mutate(
          { channel, address, consent: true },
          { onSuccess: ({ points }) => onAdded(points.find((point) => point.channel === channel && point.address === address.trim())?.id ?? points.at(-1)?.id ?? '') }
        )
      }
    >
      <Field noMargin required label="Channel" htmlFor="muster-point-channel">
        {contacts.channels.length === 0 ? (
          <Input id="muster-point-channel" autoFocus maxLength={40} placeholder="email" value={channel} onChange={(event) => setChannel(event.currentTarget.value)} />
        ) : (
          <Combobox id="muster-point-channel" options={contacts.channels.map(({ id, name }) => ({ value: String(id), label: name }))} value={channel} onChange={(option) => setChannel(option.value)} />
        )}
      </Field>
      <Field noMargin required label={label}>
        <Input id="muster-point-address" maxLength={500} autoComplete="off" value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
      </Field>
      <Checkbox
        label="I agree to be told of incidents at this address"
        description="The time of your consent is kept. Removing the address takes it back."
        value={consent}
        onChange={(event) => setConsent(event.currentTarget.checked)}
      />
    </DialogForm>
  );
}

/** The code that was sent to an address. */
export function CodeDialog({ id, address, onClose }: { id: string; address: string; onClose: () => void }) {
  const verify = useVerifyContactPoint();
  const toast = useToast();
  const [code, setCode] = useState('');
  return (
    <DialogForm
      title="Enter the code"
      confirmText="Prove"
      canConfirm={/^\d{6}$/.test(code.trim()) && !verify.isPending}
      error={verify.error}
      onClose={onClose}
      onConfirm={() =>
        verify.mutate(
          { id, code },
          {
            onSuccess: () => {
              toast.done(`Proven: ${address}`);
              onClose();
            },
          }
        )
      }
    >
      <Field noMargin required label="Code" description={`Six digits, sent to ${address}. They hold for 15 minutes.`}>
        <Input id="muster-point-code" autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={6} value={code} onChange={(event) => setCode(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
