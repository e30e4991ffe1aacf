import { useState } from 'react';
import { Field, Input, TextArea } from '@grafana/ui';
import { editIncidentBody, type Incident } from '#contract';
import { useEditIncident } from '../../api/useIncident.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

export function EditDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const edit = useEditIncident();
  const outcome = useDialogOutcome(onClose);
  const [version] = useState(incident.version);
  const [title, setTitle] = useState(incident.title);
  const [description, setDescription] = useState(incident.description);
  const body = {
    ...(title === incident.title ? {} : { title }),
    ...(description === incident.description ? {} : { description }),
  };
  const checked = editIncidentBody.safeParse(body);
  const isChanged = Object.keys(body).length > 0;

  return (
    <DialogForm
      title={`Edit ${incident.key}`}
      confirmText="Save"
      canConfirm={checked.success && isChanged && !edit.isPending}
      error={edit.error}
      onClose={onClose}
      onConfirm={() => edit.mutate({ number: incident.number, version, body }, outcome(`${incident.key} saved`))}
    >
      <Field noMargin required label="Title" invalid={!checked.success} error="Say it in 3 to 200 characters.">
        <Input id="muster-edit-title" maxLength={200} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Description">
        <TextArea
          id="muster-edit-description"
          rows={8}
          maxLength={10_000}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
      </Field>
    </DialogForm>
  );
}
