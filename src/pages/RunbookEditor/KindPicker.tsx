import { useId } from 'react';
import { Combobox, Field } from '@grafana/ui';
import { LEAF_KINDS, type StepKind } from '#contract';
import { ALL_KINDS, isStepKind } from '../../model/runbookOutline.ts';
import { kindSummary, kindTitle } from '../../model/runbooks.ts';

interface Props {
  label: string;
  value: string | null;
  /** Undo blocks hold no other steps. */
  leafOnly?: boolean;
  disabled?: boolean;
  /** Shows the label above, and what the chosen kind does. */
  labelled?: boolean;
  onChoose: (kind: StepKind) => void;
}

/** Chooses a kind of step, with a sentence on each. */
export function KindPicker({ label, value, leafOnly = false, disabled = false, labelled = false, onChoose }: Props) {
  const id = useId();
  const chooser = (
    <Combobox
      id={id}
      aria-label={label}
      width={30}
      disabled={disabled}
      placeholder={label}
      options={(leafOnly ? LEAF_KINDS : ALL_KINDS).map((kind) => ({ value: String(kind), label: kindTitle(kind), description: kindSummary(kind) }))}
      value={value}
      onChange={(option) => {
        if (isStepKind(option.value)) onChoose(option.value);
      }}
    />
  );
  return labelled ? (
    <Field noMargin label={label} htmlFor={id} description={value !== null && isStepKind(value) ? kindSummary(value) : 'Choose what it does.'}>
      {chooser}
    </Field>
  ) : (
    chooser
  );
}
