import { useState } from 'react';
import { Button, Checkbox, Field, IconButton, Input, Stack, Switch, TextArea } from '@grafana/ui';
import { APPROVALS, AUDIENCE_KINDS, audience as audienceSchema, SEVERITIES, UPDATE_LANGUAGES, type Audience, type AudienceField } from '#contract';
import type { ApiError } from '../../api/apiError.ts';
import { ChannelsField } from '../../components/ChannelsField.tsx';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { APPROVAL_WORDS, AUDIENCE_WORDS } from '../../model/comms.ts';
import { LANGUAGE_WORDS } from './words.ts';

interface Props {
  /** The one to change; null: a new one. */
  audience: Audience | null;
  taken: readonly string[];
  error: ApiError | null;
  busy: boolean;
  onClose: () => void;
  onSave: (audience: Audience) => void;
}

const FRESH = { id: '', name: '', kind: 'custom', subject: '{{ incident.key }} {{ incident.title }}: {{ update.phase }}', text: '{{ fields.summary }}\n\nNext update: {{ update.nextUpdate }}', fields: [{ key: 'summary', label: 'What is happening' }] } as const;
const CLOCK_WORDS = { declared: 'The declaration', first_update: 'The first update' } as const;

/** Everything about an audience: its templates, what is asked for, who approves, and how often it is told. */
export function AudienceDialog({ audience, taken, error, busy, onClose, onSave }: Props) {
  const [draft, setDraft] = useState<Audience>(() => audience ?? { ...audienceSchema.parse({ ...FRESH, id: 'new', name: 'New' }), name: '' });
  const [id, setId] = useState<string>(audience?.id ?? '');
  const set = (part: Partial<Audience>): void => setDraft({ ...draft, ...part });
  const parsed = audienceSchema.safeParse({ ...draft, id });
  const isTaken = audience === null && taken.includes(id);

  function setField(place: number, part: Partial<AudienceField>): void {
    set({ fields: draft.fields.map((field, at) => (at === place ? { ...field, ...part } : field)) });
  }

  return (
    <DialogForm
      title={audience === null ? 'Add an audience' : `Audience: ${audience.name}`}
      confirmText="Save"
      canConfirm={parsed.success && !isTaken && !busy}
      error={error}
      onClose={onClose}
      onConfirm={() => parsed.success && onSave(parsed.data)}
    >
      <Field noMargin required label="Name">
        <Input id="muster-audience-name" maxLength={100} value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
      </Field>
      {audience === null && (
        <Field noMargin required label="Id" description="Lower-case letters, digits and dashes; runbooks name it so." invalid={isTaken} error="There is one of that id">
          <Input id="muster-audience-id" maxLength={40} value={id} onChange={(event) => setId(event.currentTarget.value)} />
        </Field>
      )}
      <Field noMargin label="Kind">
        <Choice label="Kind" options={AUDIENCE_KINDS} labels={AUDIENCE_WORDS} value={draft.kind} onChange={(kind) => set({ kind })} />
      </Field>
      <Field noMargin label="Who has to approve">
        <Choice label="Who has to approve" options={APPROVALS} labels={APPROVAL_WORDS} value={draft.approval} onChange={(approval) => set({ approval })} />
      </Field>
      <Field noMargin required label="Subject" description="With names like {{ incident.title }}; docs/communication.md has them all.">
        <Input id="muster-audience-subject" maxLength={300} value={draft.subject} onChange={(event) => set({ subject: event.currentTarget.value })} />
      </Field>
      <Field noMargin required label="Text" description="A line of which nothing is known is left out.">
        <TextArea id="muster-audience-text" rows={8} maxLength={10_000} value={draft.text} onChange={(event) => set({ text: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="What is asked for" description="As {{ fields.key }} in the template.">
        <Stack direction="column" gap={1}>
          {draft.fields.map((field, place) => (
            <Stack key={place} gap={1} alignItems="center" wrap="wrap">
              <Input aria-label={`Key ${place + 1}`} width={16} maxLength={40} value={field.key} onChange={(event) => setField(place, { key: event.currentTarget.value })} />
              <Input aria-label={`Label ${place + 1}`} width={28} maxLength={100} value={field.label} onChange={(event) => setField(place, { label: event.currentTarget.value })} />
              {SEVERITIES.map((severity) => (
                <Checkbox
                  key={severity}
                  label={severity.toUpperCase()}
                  aria-label={`${field.label} is needed at ${severity.toUpperCase()}`}
                  value={field.requiredFor.includes(severity)}
                  onChange={(event) => setField(place, { requiredFor: event.currentTarget.checked ? [...field.requiredFor, severity] : field.requiredFor.filter((other) => other !== severity) })}
                />
              ))}
              <IconButton name="trash-alt" tooltip={`Remove ${field.label}`} onClick={() => set({ fields: draft.fields.filter((_field, at) => at !== place) })} />
            </Stack>
          ))}
          <div>
            <Button type="button" size="sm" variant="secondary" icon="plus" disabled={draft.fields.length >= 20} onClick={() => set({ fields: [...draft.fields, { key: `field${draft.fields.length + 1}`, label: 'More', help: '', multiline: true, requiredFor: [] }] })}>
              Add a field
            </Button>
          </div>
        </Stack>
      </Field>
      <Field noMargin label="Minutes from one update to the next" description="Empty: no clock.">
        <Stack gap={1} wrap="wrap">
          {SEVERITIES.map((severity) => (
            <Input
              key={severity}
              aria-label={`Minutes at ${severity.toUpperCase()}`}
              prefix={severity.toUpperCase()}
              width={14}
              inputMode="numeric"
              value={draft.cadence[severity] ?? ''}
              onChange={(event) => {
                const text = event.currentTarget.value.trim();
                if (/^\d{0,5}$/.test(text)) set({ cadence: { ...draft.cadence, [severity]: text === '' ? null : Number(text) } });
              }}
            />
          ))}
        </Stack>
      </Field>
      <Field noMargin label="The clock begins with">
        <Choice label="The clock begins with" options={['declared', 'first_update']} labels={CLOCK_WORDS} value={draft.clockFrom} onChange={(clockFrom) => set({ clockFrom })} />
      </Field>
      <ChannelsField id="muster-audience-channels" label="Channels (optional)" description="Each gets every update." value={draft.channels} onChange={(channels) => set({ channels })} />
      <Field noMargin label="Language">
        <Choice label="Language" options={UPDATE_LANGUAGES} labels={LANGUAGE_WORDS} value={draft.language} onChange={(language) => set({ language })} />
      </Field>
      <Field noMargin label="Time zone">
        <Input id="muster-audience-zone" maxLength={60} value={draft.timeZone} onChange={(event) => set({ timeZone: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Shown on the status page" htmlFor="muster-audience-page">
        <Switch id="muster-audience-page" value={draft.statusPage} onChange={(event) => set({ statusPage: event.currentTarget.checked })} />
      </Field>
      <Field noMargin label="Runbooks may publish without anybody looking" htmlFor="muster-audience-auto">
        <Switch id="muster-audience-auto" value={draft.autoPublish} onChange={(event) => set({ autoPublish: event.currentTarget.checked })} />
      </Field>
    </DialogForm>
  );
}
