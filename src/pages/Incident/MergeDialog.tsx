import { useState } from 'react';
import { locationService } from '@grafana/runtime';
import { Field, TextArea } from '@grafana/ui';
import { incidentKey, type Incident } from '#contract';
import { useMergeIncident } from '../../api/useIncident.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { paths } from '../../paths.ts';
import { OpenIncidentField } from './OpenIncidentField.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

export function MergeDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const merge = useMergeIncident();
  const [into, setInto] = useState<number | null>(null);
  const [reason, setReason] = useState('');
  const outcome = useDialogOutcome(onClose);

  function confirm(): void {
    if (into === null) {
      return;
    }
    const { onSuccess, onError } = outcome(`${incident.key} merged into ${incidentKey(into)}`);
    merge.mutate(
      { number: incident.number, into, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) },
      {
        onSuccess: () => {
          onSuccess();
          locationService.push(paths.incident(into));
        },
        onError,
      }
    );
  }

  return (
    <DialogForm
      title={`Merge ${incident.key} into another incident`}
      confirmText="Merge"
      canConfirm={into !== null && !merge.isPending}
      error={merge.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      <span>
        {incident.key} ends here; its alerts and everything new go to the other incident.
      </span>
      <OpenIncidentField id="muster-merge-into" except={incident.number} value={into} onChange={setInto} />
      <Field noMargin label="Reason (optional)">
        <TextArea id="muster-merge-reason" rows={2} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
