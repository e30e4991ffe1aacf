import { useState } from 'react';
import { Checkbox, Combobox, Field, Input } from '@grafana/ui';
import type { FieldDefinition, FieldValue, Incident, IncidentTypes } from '#contract';
import { useSetFields } from '../../api/useIncident.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

interface Props {
  incident: Incident;
  types: IncidentTypes['types'];
  onClose: () => void;
}

/** Sets the type and its fields. */
export function FieldsDialog({ incident, types, onClose }: Props) {
  const set = useSetFields();
  const outcome = useDialogOutcome(onClose);
  const [version] = useState(incident.version);
  const [typeId, setTypeId] = useState(incident.type);
  const [values, setValues] = useState<Record<string, FieldValue | null>>({});
  const type = types.find(({ id }) => id === typeId) ?? types[0];

  return (
    <DialogForm
      title={`Fields of ${incident.key}`}
      confirmText="Save fields"
      canConfirm={!set.isPending}
      error={set.error}
      onClose={onClose}
      onConfirm={() =>
        set.mutate(
          { number: incident.number, version, body: { ...(typeId === incident.type ? {} : { type: typeId }), fields: values } },
          outcome(`${incident.key}: fields saved`)
        )
      }
    >
      {types.length > 1 && (
        <Field noMargin label="Type" htmlFor="muster-fields-type">
          <Combobox
            id="muster-fields-type"
            options={types.map(({ id, name }) => ({ value: id, label: name }))}
            value={typeId}
            onChange={({ value }) => {
              setTypeId(value);
              setValues({});
            }}
          />
        </Field>
      )}
      {type?.fields.map((field) => (
        <FieldInput
          key={field.key}
          field={field}
          value={field.key in values ? (values[field.key] ?? null) : (incident.fields[field.key] ?? null)}
          fault={set.error?.fields.find((fault) => fault.field === `body.fields.${field.key}`)?.message}
          onChange={(value) => setValues({ ...values, [field.key]: value })}
        />
      ))}
    </DialogForm>
  );
}

interface InputProps {
  field: FieldDefinition;
  value: FieldValue | null;
  fault: string | undefined;
  onChange: (value: FieldValue | null) => void;
}

function FieldInput({ field, value, fault, onChange }: InputProps) {
  const id = `muster-field-${field.key}`;
  const frame = { noMargin: true, label: field.label, description: field.help, invalid: fault !== undefined, error: fault } as const;
  switch (field.kind) {
    case 'boolean':
      return (
        <Field {...frame}>
          <Checkbox id={id} value={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
        </Field>
      );
    case 'choice':
      return (
        <Field {...frame} htmlFor={id}>
          <Combobox
            id={id}
            isClearable
            options={field.choices.map((choice) => ({ value: choice, label: choice }))}
            value={typeof value === 'string' ? value : null}
            onChange={(option) => onChange(option?.value ?? null)}
          />
        </Field>
      );
    case 'number':
      return (
        <Field {...frame}>
          <Input id={id} type="number" step="any" value={typeof value === 'number' ? value : ''} onChange={(event) => onChange(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))} />
        </Field>
      );
    case 'date':
    case 'text':
    case 'link':
      return (
        <Field {...frame}>
          <Input
            id={id}
            type={field.kind === 'date' ? 'date' : field.kind === 'link' ? 'url' : 'text'}
            maxLength={4000}
            value={typeof value === 'string' ? value : ''}
            onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
          />
        </Field>
      );
  }
}
