import { useState } from 'react';
import { Combobox, Field, Input, Modal, Switch } from '@grafana/ui';
import { channelId, type Channel, type ChannelId, type ChannelKindInfo } from '#contract';
import { useChannel, useChannelKinds, useCreateChannel, useEditChannel } from '../../api/useChannels.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { fieldsOf, fieldText, settingsOf } from '../../model/channels.ts';
import { SettingInput } from './SettingInput.tsx';

/** Adds a channel, or changes one; the fields are those of its kind. */
export function ChannelDialog({ channel, onClose }: { channel: ChannelId | null; onClose: () => void }) {
  const kinds = useChannelKinds();
  const known = useChannel(channel);
  const title = channel === null ? 'Add channel' : `Channel ${channel}`;
  const ready = kinds.data !== undefined && (channel === null || known.data !== undefined);
  if (ready) return <ChannelForm title={title} kinds={kinds.data} channel={known.data ?? null} onClose={onClose} />;
  return (
    <Modal title={title} isOpen onDismiss={onClose}>
      <QueryView query={kinds}>{() => channel !== null && <QueryView query={known}>{() => null}</QueryView>}</QueryView>
    </Modal>
  );
}

function ChannelForm({ title, kinds, channel, onClose }: { title: string; kinds: readonly ChannelKindInfo[]; channel: Channel | null; onClose: () => void }) {
  const toast = useToast();
  const create = useCreateChannel();
  const edit = useEditChannel();
  const [kindName, setKindName] = useState(channel?.kind ?? kinds[0]?.kind ?? 'email');
  const [id, setId] = useState<string>(channel?.id ?? '');
  const [name, setName] = useState(channel?.name ?? '');
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const [perSecond, setPerSecond] = useState<number | undefined>(channel?.perSecond ?? undefined);
  const kind = kinds.find((one) => one.kind === kindName);
  const fields = kind === undefined ? [] : fieldsOf(kind);
  const filled = Object.fromEntries(fields.map((field) => [field.name, texts[field.name] ?? fieldText(field, channel?.config[field.name])]));
  const parsedId = channelId.safeParse(id);
  const complete = name.trim() !== '' && parsedId.success && fields.every((field) => !field.required || filled[field.name]?.trim() !== '')
    && (perSecond === undefined || (perSecond >= 0.01 && perSecond <= 5_000)) && (kind?.secretFields ?? []).every((secret) => !secret.required || (secrets[secret.name] ?? '') !== '' || (channel?.secretsSet.includes(secret.name) ?? false));
  const isReadOnly = channel?.provisioned ?? false;

  function save(): void {
    const done = { onSuccess: () => { toast.done(`Saved: ${name}`); onClose(); } };
    const body = { name: name.trim(), enabled, config: settingsOf(fields, filled), secrets: Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')), perSecond: perSecond ?? null };
    if (channel !== null) edit.mutate({ id: channel.id, version: channel.version, body }, done);
    else if (parsedId.success) create.mutate({ ...body, id: parsedId.data, kind: kindName }, done);
  }

  return (
    <DialogForm title={title} confirmText={channel === null ? 'Add' : 'Save'} canConfirm={complete && !isReadOnly && !create.isPending && !edit.isPending} error={create.error ?? edit.error} onConfirm={save} onClose={onClose}>
      {isReadOnly && <p>A file keeps these settings: change channels.yaml.</p>}
      {channel === null && (
        <>
          <Field noMargin label="Kind">
            <Combobox id="muster-channel-kind" options={kinds.map((one) => ({ value: one.kind, label: one.title }))} value={kindName} onChange={({ value }) => { setKindName(value); setTexts({}); setSecrets({}); setPerSecond(undefined); }} />
          </Field>
          <Field noMargin required label="Id" description="By which chains and contact points name it; it stays." invalid={id !== '' && !parsedId.success} error="Use lower-case letters, digits and dashes, 40 at most.">
            <Input id="muster-channel-id" autoComplete="off" maxLength={40} value={id} onChange={(event) => setId(event.currentTarget.value)} />
          </Field>
        </>
      )}
      <Field noMargin required label="Name">
        <Input id="muster-channel-name" autoComplete="off" maxLength={100} value={name} disabled={isReadOnly} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      {fields.map((field) => (
        <SettingInput key={`${kindName}-${field.name}`} field={field} disabled={isReadOnly} text={filled[field.name] ?? ''} onChange={(text) => setTexts({ ...texts, [field.name]: text })} />
      ))}
      {(kind?.secretFields ?? []).map((secret) => (
        <Field noMargin key={`${kindName}-${secret.name}`} required={secret.required} label={secret.label} description={channel?.secretsSet.includes(secret.name) === true ? 'Set. Leave it empty to keep it.' : 'Kept sealed, and never shown again.'}>
          <Input id={`muster-channel-secret-${secret.name}`} type="password" autoComplete="new-password" disabled={isReadOnly} value={secrets[secret.name] ?? ''} onChange={(event) => setSecrets({ ...secrets, [secret.name]: event.currentTarget.value })} />
        </Field>
      ))}
      <NumberField
        id="muster-channel-per-second" label="Messages a second, at most" description={`Empty: ${kind === undefined ? 'as the kind says' : `${kind.perSecond} a second, as the provider allows`}. More only where yours allows it.`}
        min={0.01} max={5000} step={0.01} disabled={isReadOnly} {...(kind === undefined ? {} : { placeholder: String(kind.perSecond) })} value={perSecond} onChange={setPerSecond}
      />
      <Field noMargin label="In use">
        <Switch id="muster-channel-enabled" value={enabled} disabled={isReadOnly} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </Field>
    </DialogForm>
  );
}
