import { useState } from 'react';
import { locationService } from '@grafana/runtime';
import { Combobox, Field, TextArea } from '@grafana/ui';
import { incidentKey, type Incident } from '#contract';
import { useMergeIncident } from '../../api/useIncident.ts';
import { useIncidentList } from '../../api/useIncidents.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { STATE_LABELS } from '../../model/states.ts';
import { paths } from '../../paths.ts';
import { useDialogOutcome } from './useDialogOutcome.ts';

export function MergeDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const merge = useMergeIncident();
  const open = useIncidentList({ phase: 'open', sort: 'newest', limit: 200 });
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
      <QueryView query={open}>
        {({ items }) => {
          const options = items
            .filter(({ number }) => number !== incident.number)
            .map(({ number, key, title, state }) => ({ value: Number(number), label: `${key} ${title}`, description: STATE_LABELS[state] }));
          return options.length === 0 ? (
            <span>There is no other open incident.</span>
          ) : (
            <Field noMargin required label="Into" htmlFor="muster-merge-into">
              <Combobox id="muster-merge-into" options={options} value={into} onChange={({ value }) => setInto(value)} placeholder="Choose an open incident" />
            </Field>
          );
        }}
      </QueryView>
      <Field noMargin label="Reason (optional)">
        <TextArea id="muster-merge-reason" rows={2} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
