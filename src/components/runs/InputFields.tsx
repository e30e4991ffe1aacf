import { useState } from 'react';
import { Checkbox, Combobox, Field, Input, Stack, TextArea } from '@grafana/ui';
import type { JsonValue, RunbookInput } from '#contract';
import { inputFault, linesOf, type GivenInputs } from '../../model/runInputs.ts';

interface Props {
  inputs: readonly RunbookInput[];
  values: GivenInputs;
  onChange: (values: GivenInputs) => void;
  /** Where what is left empty comes from, in words. */
  filledFrom: string;
  /** Whether to say what is missing. */
  showFaults: boolean;
}

/** A field for each input of a runbook, by its type. */
export function InputFields({ inputs, values, onChange, filledFrom, showFaults }: Props) {
  return (
    <Stack direction="column" gap={2}>
      {inputs.map((input) => (
        <InputField
          key={input.name}
          input={input}
          value={values[input.name]}
          onChange={(value) => onChange({ ...values, [input.name]: value })}
          filledFrom={filledFrom}
          fault={showFaults ? inputFault(input, values[input.name]) : null}
        />
      ))}
    </Stack>
  );
}

interface FieldProps {
  input: RunbookInput;
  value: JsonValue | undefined;
  onChange: (value: JsonValue | undefined) => void;
  filledFrom: string;
  fault: string | null;
}

function InputField({ input, value, onChange, filledFrom, fault }: FieldProps) {
  const id = `muster-input-${input.name}`;
  const label = input.title ?? input.name;
  const placeholder = input.from === undefined ? '' : filledFrom;
  const common = {
    noMargin: true,
    label,
    htmlFor: id,
    required: input.required && input.default === undefined && input.from === undefined,
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(fault === null ? {} : { invalid: true, error: fault }),
  };
  switch (input.type) {
    case 'boolean':
      return (
        <div>
          <Checkbox id={id} label={label} {...(input.description === undefined ? {} : { description: input.description })} value={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
        </div>
      );
    case 'number':
      return (
        <Field {...common}>
          <Input
            id={id}
            type="number"
            step="any"
            width={20}
            placeholder={placeholder}
            value={typeof value === 'number' ? value : ''}
            onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))}
          />
        </Field>
      );
    case 'choice':
      return (
        <Field {...common}>
          <Combobox
            id={id}
            isClearable
            placeholder={placeholder === '' ? 'Choose' : placeholder}
            options={input.choices.map((choice) => ({ value: choice, label: choice }))}
            value={typeof value === 'string' ? value : null}
            onChange={(option: { value: string } | null) => onChange(option === null ? undefined : option.value)}
          />
        </Field>
      );
    case 'list':
      return (
        <Field {...common} description={input.description === undefined ? 'One a line.' : `${input.description} One a line.`}>
          <LinesArea id={id} placeholder={placeholder} value={value} onChange={onChange} />
        </Field>
      );
    case 'string':
      return (
        <Field {...common}>
          <Input id={id} placeholder={placeholder} maxLength={4_000} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)} />
        </Field>
      );
  }
}

/** Keeps what is typed, so that an empty line may be begun. */
function LinesArea({ id, placeholder, value, onChange }: { id: string; placeholder: string; value: JsonValue | undefined; onChange: (value: JsonValue | undefined) => void }) {
  const [text, setText] = useState(Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n') : '');
  return (
    <TextArea
      id={id}
      rows={3}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const lines = linesOf(event.currentTarget.value);
        onChange(lines.length === 0 ? undefined : lines);
      }}
    />
  );
}
