import { useState } from 'react';
import { Combobox, Field, Input } from '@grafana/ui';
import { addHypothesisBody, type Incident } from '#contract';
import { useAddHypothesis } from '../../api/useInsights.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

/** Puts a thought of what may be the cause on the board, for all to see and to check. */
export function HypothesisDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const add = useAddHypothesis();
  const outcome = useDialogOutcome(onClose);
  const [text, setText] = useState('');
  const [service, setService] = useState<string | null>(null);
  const body = { text, ...(service === null || service.trim() === '' ? {} : { service }) };
  const services = [...new Set([...incident.services, ...incident.impactDetails.atRisk])];
  return (
    <DialogForm
      title={`What may have caused ${incident.key}?`}
      confirmText="Add"
      canConfirm={addHypothesisBody.safeParse(body).success && !add.isPending}
      error={add.error}
      onClose={onClose}
      onConfirm={() => add.mutate({ number: incident.number, body }, outcome(`${incident.key}: hypothesis added`))}
    >
      <Field noMargin required label="Hypothesis" description="At least 3 characters. Shown on the timeline.">
        <Input id="muster-hypothesis" maxLength={500} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Service" description="The service that it is about, if it is about one.">
        <Combobox
          id="muster-hypothesis-service" createCustomValue isClearable placeholder="None in particular" options={services.map((name) => ({ label: name, value: name }))} value={service}
          onChange={(chosen) => setService(chosen?.value ?? null)}
        />
      </Field>
    </DialogForm>
  );
}
