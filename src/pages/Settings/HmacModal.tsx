import { useState } from 'react';
import { Field, Input, SecretInput, Switch } from '@grafana/ui';
import { editSourceBody, type Source } from '#contract';
import { useEditSource } from '../../api/useSources.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';

/** Signed deliveries: the sender proves that nobody changed what it sent. */
export function HmacModal({ source, onClose }: { source: Source; onClose: () => void }) {
  const edit = useEditSource();
  const toast = useToast();
  const [version] = useState(source.version);
  const [enabled, setEnabled] = useState(source.hmac.enabled);
  const [secret, setSecret] = useState('');
  const [isSecretSet, setSecretSet] = useState(source.hmac.enabled);
  const [header, setHeader] = useState(source.hmac.header);
  const [timestampHeader, setTimestampHeader] = useState(source.hmac.timestampHeader);
  const body = { hmac: { enabled, header, timestampHeader, ...(isSecretSet || secret === '' ? {} : { secret }) } };
  const checked = editSourceBody.safeParse(body);
  const lacksSecret = enabled && !isSecretSet && secret === '';

  return (
    <DialogForm
      title={`Signature of ${source.name}`}
      confirmText="Save"
      canConfirm={checked.success && !lacksSecret && !edit.isPending}
      error={edit.error}
      onClose={onClose}
      onConfirm={() =>
        edit.mutate(
          { source: source.id, version, body },
          {
            onSuccess: () => {
              toast.done(enabled ? 'Signature is required now' : 'Signature is not required any more');
              onClose();
            },
          }
        )
      }
    >
      <Field noMargin label="Require a signature" description={source.kind === 'change' ? 'Deliveries that do not prove the secret are refused.' : 'Deliveries without a good HMAC-SHA256 signature are refused.'}>
        <Switch id="muster-hmac" value={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </Field>
      <Field
        noMargin
        label="Secret"
        description={
          source.kind === 'change'
            ? 'At least 16 characters. At GitHub it is the secret of the webhook, at GitLab its secret token; both then need no token of this source. Others sign with the headers below.'
            : 'At least 16 characters; the same as at the sender.'
        }
        disabled={!enabled}
      >
        <SecretInput
          id="muster-hmac-secret"
          autoComplete="new-password"
          isConfigured={isSecretSet}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          onReset={() => {
            setSecretSet(false);
            setSecret('');
          }}
        />
      </Field>
      <Field noMargin label="Signature header" disabled={!enabled}>
        <Input id="muster-hmac-header" value={header} onChange={(event) => setHeader(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Timestamp header" description="Set the same name at the sender; it keeps old deliveries from being played again. Empty only for a sender that signs the body alone." disabled={!enabled}>
        <Input id="muster-hmac-timestamp" value={timestampHeader} onChange={(event) => setTimestampHeader(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
