import { useState } from 'react';
import { Combobox, Field, Input } from '@grafana/ui';
import { editInfrastructureBody, type PlacePart } from '#contract';
import { useEditInfrastructure } from '../../api/useCatalog.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { faultFinder, faultProps } from '../../model/fieldFault.ts';
import { isSamePlace, PLACE_FIELDS, PLACE_NOUNS, type ListedPlace, type PlaceField } from '../../model/places.ts';

interface Props {
  part: PlacePart;
  /** Null: a new one. */
  place: ListedPlace | null;
  places: Readonly<Record<PlacePart, readonly ListedPlace[]>>;
  services: readonly string[];
  /** Of the infrastructure, as it is now. */
  version: number;
  onClose: () => void;
}

/** One cluster, rack, host or instance, to be added or changed. */
export function PlaceForm({ part, place, places, services, version, onClose }: Props) {
  const toast = useToast();
  const edit = useEditInfrastructure();
  const [opened] = useState({ version, place });
  const [name, setName] = useState(place?.name ?? '');
  const [fields, setFields] = useState<Readonly<Record<string, string>>>(place?.fields ?? {});
  const checked = editInfrastructureBody.safeParse({ put: { [part]: [{ name, ...fields }] } });
  const faultOf = faultFinder(checked);
  const noun = PLACE_NOUNS[part];
  const isTaken = place === null && places[part].some((other) => other.name === name.trim().toLowerCase());
  const nameFault = name === '' ? undefined : isTaken ? `There is a ${noun} of this name already` : faultOf('put', part, 0, 'name');
  const lacks = PLACE_FIELDS[part].some(({ key, required }) => required && fields[key] === undefined);
  // The version is that of all places: what others did to other places in the meantime does not matter.
  const isUntouched = place === null || isSamePlace(opened.place ?? undefined, places[part].find((other) => other.name === place.name));

  function set(key: string, value: string): void {
    const { [key]: _, ...others } = fields;
    setFields(value.trim() === '' ? others : { ...others, [key]: value });
  }

  function save(): void {
    if (!checked.success) {
      return;
    }
    edit.mutate({ version: isUntouched ? version : opened.version, body: checked.data }, { onSuccess: () => { toast.done(`${name} saved`); onClose(); } });
  }

  return (
    <DialogForm
      title={place === null ? `Add ${noun}` : `Edit ${place.name}`}
      confirmText="Save"
      canConfirm={checked.success && !isTaken && !lacks && !edit.isPending}
      error={edit.error}
      onConfirm={save}
      onClose={onClose}
    >
      {place === null && (
        <Field noMargin required label="Name" description="As alerts name it." {...faultProps(nameFault)}>
          <Input id="muster-place-name" autoFocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
        </Field>
      )}
      {PLACE_FIELDS[part].map((field) => (
        <PlaceFieldInput
          key={field.key}
          field={field}
          value={fields[field.key] ?? ''}
          options={field.of === null ? null : field.of === 'services' ? services : places[field.of].map((other) => other.name)}
          fault={fields[field.key] === undefined ? undefined : faultOf('put', part, 0, field.key)}
          onChange={(value) => set(field.key, value)}
        />
      ))}
    </DialogForm>
  );
}

interface FieldProps {
  field: PlaceField;
  value: string;
  options: readonly string[] | null;
  fault: string | undefined;
  onChange: (value: string) => void;
}

function PlaceFieldInput({ field, value, options, fault, onChange }: FieldProps) {
  const id = `muster-place-${field.key}`;
  return (
    <Field noMargin required={field.required} label={field.label} htmlFor={id} {...(field.hint === '' ? {} : { description: field.hint })} {...faultProps(fault)}>
      {options === null ? (
        <Input id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <Combobox
          id={id}
          isClearable
          createCustomValue={field.of !== 'services'}
          options={options.map((option) => ({ value: option, label: option }))}
          value={value === '' ? null : value}
          onChange={(option) => onChange(option?.value ?? '')}
        />
      )}
    </Field>
  );
}
