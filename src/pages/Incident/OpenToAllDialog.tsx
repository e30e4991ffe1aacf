import { useState } from 'react';
import type { Incident } from '#contract';
import { useMakeOpen } from '../../api/useIncident.ts';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

/** Lets everybody see a private incident, with all that was written in it. */
export function OpenToAllDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const show = useMakeOpen();
  const outcome = useDialogOutcome(onClose);
  const [version] = useState(incident.version);
  return (
    <ReasonDialog
      title={`Make ${incident.key} open`}
      confirmText="Make open"
      destructive
      required
      hint="Everybody of the organisation will see it: its title, its timeline and its notes, also those written while it was private."
      busy={show.isPending}
      error={show.error}
      onConfirm={(reason) => show.mutate({ number: incident.number, version, reason: reason ?? '' }, outcome(`${incident.key} is open to everybody now`))}
      onDismiss={onClose}
    />
  );
}
