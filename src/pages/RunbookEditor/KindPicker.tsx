import { useId } from 'react';
import { Combobox } from '@grafana/ui';
import { LEAF_KINDS, type StepKind } from '#contract';
import { ALL_KINDS, isStepKind } from '../../model/runbookOutline.ts';
import { kindSummary, kindTitle } from '../../model/runbooks.ts';

interface Props {
  label: string;
  value: string | null;
  /** Undo blocks hold no other steps. */
  leafOnly?: boolean;
  disabled?: boolean;
  onChoose: (kind: StepKind) => void;
}

/** Chooses a kind of step, with a sentence on each. */
export function KindPicker({ label, value, leafOnly = false, disabled = false, onChoose }: Props) {
  const id = useId();
  return (
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
}
