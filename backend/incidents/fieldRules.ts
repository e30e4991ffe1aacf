/** Custom fields: which values they take and when they must be there. Pure. */
import type { FieldDefinition, FieldFault, FieldValue, FieldValues, IncidentState, IncidentType, IncidentTypes } from '#contract';

/** What an organisation has that has set nothing: one type without fields. */
export const DEFAULT_INCIDENT_TYPES: IncidentTypes = { types: [{ id: 'general', name: 'General', description: '', fields: [] }] };

/** The type of an incident; one whose type was removed has the first one. */
export function typeOf(types: IncidentTypes, id: string): IncidentType {
  const found = types.types.find((type) => type.id === id) ?? types.types[0];
  if (found === undefined) throw new Error('there is no incident type');
  return found;
}

/** What is wrong with the definitions themselves. */
export function definitionFaults({ types }: IncidentTypes): FieldFault[] {
  const faults: FieldFault[] = [];
  types.forEach((type, index) => {
    if (types.findIndex((other) => other.id === type.id) !== index) faults.push({ field: `body.types[${index}].id`, message: `"${type.id}" is there twice` });
    type.fields.forEach((field, at) => {
      const path = `body.types[${index}].fields[${at}]`;
      if (type.fields.findIndex((other) => other.key === field.key) !== at) faults.push({ field: `${path}.key`, message: `"${field.key}" is there twice` });
      if (field.kind === 'choice' && field.choices.length === 0) faults.push({ field: `${path}.choices`, message: 'a choice needs something to choose from' });
      if (field.kind !== 'choice' && field.choices.length > 0) faults.push({ field: `${path}.choices`, message: 'only a choice has choices' });
    });
  });
  return faults;
}

/** What is wrong with a value of a field; null when nothing is. */
function valueFault(field: FieldDefinition, value: FieldValue): string | null {
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' ? null : 'must be text';
    case 'number':
      return typeof value === 'number' ? null : 'must be a number';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'choice':
      return typeof value === 'string' && field.choices.includes(value) ? null : `must be one of ${field.choices.join(', ')}`;
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? null : 'must be a date like 2026-03-01';
    case 'link':
      return typeof value === 'string' && /^https?:\/\/\S+$/i.test(value) ? null : 'must begin with http:// or https://';
  }
}

/** What is wrong with values for a type. */
export function valueFaults(type: IncidentType, values: Readonly<Record<string, FieldValue | null>>): FieldFault[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const field = type.fields.find((candidate) => candidate.key === key);
    if (field === undefined) return [{ field: `body.fields.${key}`, message: `${type.name} has no such field` }];
    const fault = value === null ? null : valueFault(field, value);
    return fault === null ? [] : [{ field: `body.fields.${key}`, message: fault }];
  });
}

function isEmpty(value: FieldValue | undefined): boolean {
  return value === undefined || value === '';
}

/** Fields that must be filled before an incident enters a state. */
export function missingFields(type: IncidentType, values: FieldValues, state: IncidentState): FieldDefinition[] {
  return type.fields.filter((field) => field.requiredIn.includes(state) && isEmpty(values[field.key]));
}

/** Values after an edit; null empties. Values of fields that the type no longer has stay, so that a change of type loses nothing. */
export function applyFields(before: FieldValues, edit: Readonly<Record<string, FieldValue | null>>): FieldValues {
  const after: FieldValues = { ...before };
  for (const [key, value] of Object.entries(edit)) {
    if (value === null) delete after[key];
    else after[key] = value;
  }
  return after;
}
