import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, IconButton, Input, MultiSelect, Stack, TagsInput, useStyles2 } from '@grafana/ui';
import {
  FIELD_KINDS, INCIDENT_STATES, incidentTypes as schema, type FieldDefinition, type IncidentState, type IncidentType, type IncidentTypes, type ResponseOf,
} from '#contract';
import { usePutIncidentTypes } from '../../api/useIncidentSettings.ts';
import { useCan } from '../../api/useMe.ts';
import { useToast } from '../../hooks/useToast.ts';
import { STATE_LABELS } from '../../model/states.ts';
import { ProvisionedNotice, SaveBar } from './SaveBar.tsx';

const KIND_LABELS: Readonly<Record<FieldDefinition['kind'], string>> = {
  text: 'Text', number: 'Number', boolean: 'Yes or no', choice: 'Choice', date: 'Date', link: 'Link',
};
const KIND_OPTIONS = FIELD_KINDS.map((value) => ({ value, label: KIND_LABELS[value] }));
const STATE_OPTIONS: Array<{ value: IncidentState; label: string }> = INCIDENT_STATES.filter((state) => !['candidate', 'rejected', 'duplicate'].includes(state))
  .map((value) => ({ value, label: STATE_LABELS[value] }));

/** Types of incidents, each with its fields. */
export function IncidentTypesEditor({ document }: { document: ResponseOf<'getIncidentTypes'> }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const mayEdit = can('putIncidentTypes') && !document.provisioned;
  const toast = useToast();
  const put = usePutIncidentTypes();
  const { version, provisioned, types: saved } = document;
  const [types, setTypes] = useState<IncidentTypes['types']>(saved);
  const checked = schema.safeParse({ types });

  function change(at: number, next: IncidentType): void {
    setTypes(types.map((other, place) => (place === at ? next : other)));
  }

  return (
    <Stack direction="column" gap={2}>
      {provisioned && <ProvisionedNotice />}
      {types.map((type, at) => (
        <fieldset key={at} className={styles.type} aria-label={type.name}>
          <Stack gap={2} wrap="wrap" alignItems="flex-end">
            <Field noMargin label="Type">
              <Input id={`muster-type-${at}-name`} width={30} disabled={!mayEdit} value={type.name} onChange={(event) => change(at, { ...type, name: event.currentTarget.value })} />
            </Field>
            <Field noMargin label="Id">
              <Input id={`muster-type-${at}-id`} width={20} disabled={!mayEdit} value={type.id} onChange={(event) => change(at, { ...type, id: event.currentTarget.value })} />
            </Field>
            {mayEdit && types.length > 1 && (
              <IconButton name="trash-alt" tooltip={`Remove type ${type.name}`} onClick={() => setTypes(types.filter((_type, place) => place !== at))} />
            )}
          </Stack>
          {type.fields.length === 0 && <p className={styles.none}>No fields of its own.</p>}
          {type.fields.map((field, place) => (
            <FieldRow
              key={place}
              id={`muster-type-${at}-field-${place}`}
              field={field}
              canEdit={mayEdit}
              onChange={(next) => change(at, { ...type, fields: type.fields.map((other, index) => (index === place ? next : other)) })}
              onRemove={() => change(at, { ...type, fields: type.fields.filter((_field, index) => index !== place) })}
            />
          ))}
          {mayEdit && (
            <div>
              <Button
                size="sm"
                variant="secondary"
                icon="plus"
                onClick={() => change(at, { ...type, fields: [...type.fields, { key: `field_${type.fields.length + 1}`, label: 'New field', help: '', kind: 'text', choices: [], requiredIn: [] }] })}
              >
                {`Add field to ${type.name}`}
              </Button>
            </div>
          )}
        </fieldset>
      ))}
      {mayEdit && (
        <div>
          <Button variant="secondary" icon="plus" onClick={() => setTypes([...types, { id: `type_${types.length + 1}`, name: 'New type', description: '', fields: [] }])}>
            Add type
          </Button>
        </div>
      )}
      {mayEdit && (
        <SaveBar
          what="types"
          isChanged={JSON.stringify(types) !== JSON.stringify(saved)}
          isValid={checked.success}
          isBusy={put.isPending}
          error={put.error}
          onSave={() => put.mutate({ version, body: { types } }, { onSuccess: () => toast.done('Types saved.') })}
          onDiscard={() => setTypes(saved)}
        />
      )}
    </Stack>
  );
}

interface FieldRowProps {
  id: string;
  field: FieldDefinition;
  canEdit: boolean;
  onChange: (field: FieldDefinition) => void;
  onRemove: () => void;
}

function FieldRow({ id, field, canEdit, onChange, onRemove }: FieldRowProps) {
  return (
    <Stack gap={2} wrap="wrap" alignItems="flex-end">
      <Field noMargin label="Label">
        <Input id={`${id}-label`} width={24} disabled={!canEdit} value={field.label} onChange={(event) => onChange({ ...field, label: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Key">
        <Input id={`${id}-key`} width={18} disabled={!canEdit} value={field.key} onChange={(event) => onChange({ ...field, key: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Kind" htmlFor={`${id}-kind`}>
        <Combobox
          id={`${id}-kind`}
          width={16}
          disabled={!canEdit}
          options={KIND_OPTIONS}
          value={field.kind}
          onChange={({ value }) => onChange({ ...field, kind: value, choices: value === 'choice' ? field.choices : [] })}
        />
      </Field>
      {field.kind === 'choice' && (
        <Field noMargin label="Choices">
          <TagsInput id={`${id}-choices`} disabled={!canEdit} tags={field.choices} onChange={(choices) => onChange({ ...field, choices })} />
        </Field>
      )}
      <Field noMargin label="Needed in">
        <MultiSelect
          inputId={`${id}-states`}
          aria-label={`States that need ${field.label}`}
          width={30}
          disabled={!canEdit}
          options={STATE_OPTIONS}
          value={field.requiredIn}
          onChange={(chosen) => onChange({ ...field, requiredIn: chosen.flatMap(({ value }) => (value === undefined ? [] : [value])) })}
        />
      </Field>
      {canEdit && <IconButton name="trash-alt" tooltip={`Remove field ${field.label}`} onClick={onRemove} />}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  type: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), padding: theme.spacing(2), border: `1px solid ${theme.colors.border.weak}`, borderRadius: theme.shape.radius.default, minWidth: 0 }),
  none: css({ color: theme.colors.text.secondary, margin: 0 }),
});
