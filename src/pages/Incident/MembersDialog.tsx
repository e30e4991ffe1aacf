import { useState } from 'react';
import { Field, Input } from '@grafana/ui';
import { setMembersBody, type Incident, type UserKey } from '#contract';
import { useSetMembers } from '../../api/useIncident.ts';
import { useMe } from '../../api/useMe.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { PeopleField } from '../../components/PeopleField.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

/** Says who sees a private incident. */
export function MembersDialog({ incident, onClose }: { incident: Incident; onClose: () => void }) {
  const set = useSetMembers();
  const me = useMe();
  const outcome = useDialogOutcome(onClose);
  const [version] = useState(incident.version);
  const [members, setMembers] = useState<UserKey[]>(() => (incident.privacy?.members ?? []).map(({ key }) => key));
  const [reason, setReason] = useState('');
  const always = [...(me.data === undefined ? [] : [me.data.user.key]), ...(incident.commander === null ? [] : [incident.commander.key])]
    .filter((key) => incident.privacy?.members.some((member) => member.key === key));
  const body = { members, ...(reason.trim() === '' ? {} : { reason }) };

  return (
    <DialogForm
      title={`Who sees ${incident.key}`}
      confirmText="Save"
      canConfirm={setMembersBody.safeParse(body).success && !set.isPending}
      error={set.error}
      onClose={onClose}
      onConfirm={() => set.mutate({ number: incident.number, version, body }, outcome(`Members of ${incident.key} saved`))}
    >
      <PeopleField
        id="muster-members"
        label="Members"
        description="You, and whoever leads it, stay: another member can take you out, and somebody else can lead."
        value={members}
        onChange={setMembers}
        always={always}
      />
      <Field noMargin label="Reason (optional)" description="Shown on the timeline.">
        <Input id="muster-members-reason" maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
