import { useState } from 'react';
import { Alert, Field, TextArea } from '@grafana/ui';
import { makePrivateBody, type Incident, type UserKey } from '#contract';
import { useMakePrivate } from '../../api/useIncident.ts';
import { useMe } from '../../api/useMe.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { PeopleField } from '../../components/PeopleField.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

/** Hides an incident from everybody but those named here. */
export function PrivacyDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const hide = useMakePrivate();
  const me = useMe();
  const outcome = useDialogOutcome(onClose);
  const [version] = useState(incident.version);
  const [reason, setReason] = useState('');
  const [members, setMembers] = useState<UserKey[]>([]);
  const body = { reason, members };

  return (
    <DialogForm
      title={`Make ${incident.key} private`}
      confirmText="Make private"
      canConfirm={makePrivateBody.safeParse(body).success && !hide.isPending}
      error={hide.error}
      onClose={onClose}
      onConfirm={() => hide.mutate({ number: incident.number, version, body }, outcome(`${incident.key} is private now`))}
    >
      <Alert severity="info" title="Only its members will see it">
        For everybody else it is gone: from lists, search, counts and the live pages. Its alerts stay in the list of alerts, without saying where they
        belong. What somebody has read already is not taken back.
      </Alert>
      <PeopleField
        id="muster-private-members"
        label="Who else sees it"
        description={incident.commander === null ? 'You see it in any case.' : `You and ${incident.commander.name}, who leads it, see it in any case.`}
        value={members}
        onChange={setMembers}
        without={[...(me.data === undefined ? [] : [me.data.user.key]), ...(incident.commander === null ? [] : [incident.commander.key])]}
      />
      <Field noMargin required label="Reason" description="Shown to its members. At least 3 characters.">
        <TextArea id="muster-private-reason" rows={3} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
