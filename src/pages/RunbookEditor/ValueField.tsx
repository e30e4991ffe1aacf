import { useEffect, useState } from 'react';
import { Button, Combobox, Field, Input, Switch, TextArea } from '@grafana/ui';
import type { JsonValue } from '#contract';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { valueAt, type Path } from '../../model/jsonEdit.ts';
import { pathText, textAt } from '../../model/runbookOutline.ts';
import { blankOf, labelOf, scalarOf, type FieldSpec } from '../../model/schemaFields.ts';
import type { Editing } from './editing.ts';
import { EitherField } from './EitherField.tsx';
import { FieldGroup } from './FieldGroup.tsx';
import { ListField, RecordField } from './ListFields.tsx';

interface Props {
  editing: Editing;
  path: Path;
  spec: FieldSpec;
  label: string;
}

/** A field for any shape: made from its schema, and writing to one place of the text. */
export function ValueField({ editing, path, spec, label }: Props) {
  const { document, readOnly, set, faultAt } = editing;
  const value = valueAt(document, path);
  const id = `muster-field-${pathText(path).replace(/[^\w]+/g, '-')}`;
  const fault = faultAt(path);
  const common = {
    noMargin: true,
    label,
    htmlFor: id,
    required: spec.required,
    // “Method: Method” would say nothing
    ...(spec.description === '' || spec.description.toLowerCase() === label.toLowerCase() ? {} : { description: spec.description }),
    ...(fault === undefined ? {} : { invalid: true, error: fault }),
  };
  /** Empty takes it away, unless it has to be there. */
  const write = (next: JsonValue): void => set(path, next === '' && !spec.required ? undefined : next);

  switch (spec.kind) {
    case 'text':
    case 'longText':
    case 'scalar':
    case 'number':
      return (
        <Field {...common}>
          <TextField
            id={id}
            readOnly={readOnly}
            placeholder={spec.fallback}
            suggestions={editing.suggestionsAt(path)}
            rows={spec.kind === 'longText' ? 3 : 1}
            value={textAt(document, path)}
            onChange={(text) => write(spec.kind === 'scalar' || (spec.kind === 'number' && text !== '') ? scalarOf(text) : text)}
          />
        </Field>
      );
    case 'boolean':
      return (
        <Field {...common}>
          <Switch id={id} disabled={readOnly} value={typeof value === 'boolean' ? value : spec.fallback === 'true'} onChange={(event) => set(path, event.currentTarget.checked)} />
        </Field>
      );
    case 'choice': {
      const chooser = {
        id,
        disabled: readOnly,
        placeholder: spec.fallback === '' ? 'Choose' : spec.fallback,
        options: spec.choices.map((choice) => ({ value: String(choice), label: String(choice) })),
        value: value === undefined ? null : textAt(document, path),
      };
      const choose = (option: { value: string } | null): void => set(path, spec.choices.find((choice) => String(choice) === option?.value));
      return <Field {...common}>{spec.required ? <Combobox {...chooser} onChange={choose} /> : <Combobox {...chooser} isClearable onChange={choose} />}</Field>;
    }
    case 'object':
      return (
        <FieldGroup label={label} description={spec.description} {...(fault === undefined ? {} : { fault })}>
          {value === undefined && !spec.required ? (
            !readOnly && <AddButton label={label} onClick={() => set(path, blankOf(spec))} />
          ) : (
            <>
              {spec.fields.map((field) => (
                <ValueField key={field.name} editing={editing} path={[...path, field.name]} spec={field.spec} label={labelOf(field.name)} />
              ))}
              {!spec.required && !readOnly && <RemoveButton label={label} onClick={() => set(path, undefined)} />}
            </>
          )}
        </FieldGroup>
      );
    case 'list':
      return <ListField editing={editing} path={path} spec={spec} label={label} Item={ValueField} />;
    case 'record':
      return <RecordField editing={editing} path={path} spec={spec} label={label} Item={ValueField} />;
    case 'either':
      return <EitherField editing={editing} path={path} spec={spec} label={label} Item={ValueField} />;
    case 'any':
      return (
        <Field {...common} description="To be changed in the YAML.">
          <Input id={id} readOnly value={value === undefined ? '' : JSON.stringify(value)} />
        </Field>
      );
  }
}

const REST_MS = 350;

interface TextProps {
  id: string;
  value: string;
  rows: number;
  readOnly: boolean;
  placeholder: string;
  /** Values that fit; others may be written. */
  suggestions?: readonly string[];
  onChange: (text: string) => void;
}

/** Writes to the text once the typing rests or the field is left: a long runbook is not written anew at each key. */
export function TextField({ id, value, rows, readOnly, placeholder, suggestions = [], onChange }: TextProps) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  // What was told and has not come back yet, the oldest first: the YAML is read anew a little later, while the typing may go on.
  const [told, setTold] = useState<readonly string[]>([]);
  const rested = useDebounced(text, REST_MS);

  if (value !== seen) {
    setSeen(value);
    const own = told.indexOf(value);
    setTold(told.slice(own === -1 ? told.length : own + 1));
    // changed in the YAML meanwhile
    if (own === -1) setText(value);
  }
  function tell(): void {
    if (readOnly || text === (told.at(-1) ?? seen)) return;
    setTold([...told, text]);
    onChange(text);
  }
  useEffect(() => {
    if (rested === text) tell();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only rest counts
  }, [rested]);

  const common = { id, readOnly, placeholder, value: text, onBlur: tell };
  return rows === 1 ? (
    <>
      <Input {...common} {...(suggestions.length === 0 ? {} : { list: `${id}-values` })} onChange={(event) => setText(event.currentTarget.value)} />
      {suggestions.length > 0 && (
        <datalist id={`${id}-values`}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </>
  ) : (
    <TextArea {...common} rows={Math.min(16, Math.max(rows, text.split('\n').length))} onChange={(event) => setText(event.currentTarget.value)} />
  );
}

export function AddButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <div>
      <Button size="sm" variant="secondary" icon="plus" onClick={onClick} aria-label={`Add ${label}`}>
        Add
      </Button>
    </div>
  );
}

export function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <div>
      <Button size="sm" variant="secondary" fill="text" icon="times" onClick={onClick} aria-label={`Remove ${label}`}>
        Remove
      </Button>
    </div>
  );
}
