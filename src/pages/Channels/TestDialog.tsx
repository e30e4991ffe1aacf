import { useState } from 'react';
import { Alert, Field, Input } from '@grafana/ui';
import type { ChannelSummary } from '#contract';
import { useTestChannel } from '../../api/useChannels.ts';
import { DialogForm } from '../../components/DialogForm.tsx';

/** Sends a test now and says what became of it. */
export function TestDialog({ channel, onClose }: { channel: ChannelSummary; onClose: () => void }) {
  const test = useTestChannel();
  const [address, setAddress] = useState('');
  return (
    <DialogForm title={`Test ${channel.name}`} confirmText={test.isPending ? 'Sending' : 'Send a test'} canConfirm={!test.isPending} error={test.error} onClose={onClose} onConfirm={() => test.mutate({ id: channel.id, address: address.trim() === '' ? null : address.trim() })}>
      <p>It is sent at once, past the queue, and asks nothing of anybody.</p>
      {channel.addressed && (
        <Field noMargin label="To" description="An address on this channel; empty: where its settings say.">
          <Input id="muster-channel-test-address" autoComplete="off" maxLength={500} value={address} onChange={(event) => setAddress(event.currentTarget.value)} />
        </Field>
      )}
      {test.data !== undefined && (
        <Alert severity={test.data.ok ? 'success' : 'error'} title={test.data.ok ? `It works: ${test.data.detail}` : 'It did not work'}>
          {test.data.ok ? `${test.data.milliseconds.toLocaleString()} ms` : test.data.detail}
        </Alert>
      )}
    </DialogForm>
  );
}
