import { useState } from 'react';
import { Field, TextArea } from '@grafana/ui';
import { SEVERITIES, setSeverityBody, type Incident } from '#contract';
import { useSetSeverity } from '../../api/useIncident.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { SEVERITY_LABELS, SEVERITY_MEANINGS } from '../../model/severities.ts';
import { useDialogOutcome } from './useDialogOutcome.ts';

export function SeverityDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const change = useSetSeverity();
  const outcome = useDialogOutcome(onClose);
  // the version as it was when the dialog opened: what the asker saw
  const [version] = useState(incident.version);
  const [severity, setSeverity] = useState(incident.severity);
  const [reason, setReason] = useState('');
  const body = { severity, reason };
  const isValid = setSeverityBody.safeParse(body).success && severity !== incident.severity;

  return (
    <DialogForm
      title={`Change severity of ${incident.key}`}
      confirmText={`Change to ${SEVERITY_LABELS[severity]}`}
      canConfirm={isValid && !change.isPending}
      error={change.error}
      onClose={onClose}
      onConfirm={() =>
        change.mutate({ number: incident.number, version, body }, outcome(`${incident.key} is ${SEVERITY_LABELS[severity]} now`))
      }
    >
      <Field noMargin label="Severity" description={SEVERITY_MEANINGS[severity]}>
        <Choice label="Severity" size="sm" options={SEVERITIES} labels={SEVERITY_LABELS} value={severity} onChange={setSeverity} />
      </Field>
      <Field noMargin required label="Reason" description="Shown on the timeline. At least 3 characters.">
        <TextArea id="muster-severity-reason" rows={3} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
