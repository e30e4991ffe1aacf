import { useState } from 'react';
import { Button, Combobox, Field, Input, Stack, useStyles2 } from '@grafana/ui';
import { INCIDENT_ROLES, incidentRole, type Incident, type IncidentRoles } from '#contract';
import { useNames } from '../../api/useAccess.ts';
import { useCan, useMe } from '../../api/useMe.ts';
import { useAnswerRoleOffer, useAssignRole, useIncidentRoles, useOfferRole } from '../../api/useMobilisation.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { roleName } from '../../model/roleNames.ts';
import { stateTone } from '../../model/states.ts';
import { testIds } from '../../testIds.ts';
import { getListStyles } from '../Settings/listStyles.ts';

type Played = IncidentRoles['roles'][number];

/** Who plays which role, and who is asked to take one over. */
export function RolesBlock({ incident }: { incident: Incident }) {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const roles = useIncidentRoles(incident.number, { enabled: can('getIncidentRoles') });
  const [asking, setAsking] = useState<string | null>(null);
  const isOver = stateTone(incident.state) === 'over';
  return (
    <section>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <h3 className={styles.title}>Roles</h3>
        {!isOver && can('offerRole') && can('listPeople') && (
          <Button size="sm" variant="secondary" onClick={() => setAsking('')}>
            Another role
          </Button>
        )}
      </Stack>
      <QueryView query={roles}>
        {(data) => (
          <ul className={styles.list} aria-label="Roles">
            {data.roles.map((played) => (
              <RoleRow key={played.role} number={incident.number} played={played} isOver={isOver} onAsk={() => setAsking(played.role)} />
            ))}
          </ul>
        )}
      </QueryView>
      {asking !== null && <HandOverDialog number={incident.number} role={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}

function RoleRow({ number, played, isOver, onAsk }: { number: number; played: Played; isOver: boolean; onAsk: () => void }) {
  const styles = useStyles2(getListStyles);
  const me = useMe();
  const can = useCan();
  const toast = useToast();
  const assign = useAssignRole(number);
  const answer = useAnswerRoleOffer(number);
  const { offer } = played;
  const mine = me.data?.user.key;
  const say = (id: string, what: 'accept' | 'decline'): void => answer.mutate({ id, answer: what }, { onError: (error) => toast.failed(error) });
  return (
    <li className={styles.row} data-testid={testIds.incident.role}>
      <span className={styles.words}>
        <strong>{roleName(played.role)}</strong>: {played.holder?.name ?? 'nobody'}
        {offer !== null && (
          <div className={styles.dim}>
            {offer.to.name} is asked to take over{offer.note === '' ? '' : `: “${offer.note}”`}
          </div>
        )}
      </span>
      {offer !== null && offer.to.key === mine && can('answerRoleOffer') && (
        <>
          <Button size="sm" disabled={answer.isPending} onClick={() => say(offer.id, 'accept')}>
            {`Take over as ${roleName(played.role).toLowerCase()}`}
          </Button>
          <Button size="sm" variant="secondary" disabled={answer.isPending} onClick={() => say(offer.id, 'decline')}>
            Decline
          </Button>
        </>
      )}
      <Stack gap={1} wrap="wrap">
        {!isOver && played.holder === null && mine !== undefined && can('assignRole') && (
          <Button size="sm" variant="secondary" aria-label={`Take it: ${roleName(played.role)}`} disabled={assign.isPending} onClick={() => assign.mutate({ role: played.role, user: mine }, { onError: (error) => toast.failed(error) })}>
            Take it
          </Button>
        )}
        {!isOver && can('offerRole') && can('listPeople') && (
          <Button size="sm" variant="secondary" fill="outline" aria-label={`${played.holder === null ? 'Ask somebody:' : 'Hand over'} ${roleName(played.role)}`} onClick={onAsk}>
            {played.holder === null ? 'Ask somebody' : 'Hand over'}
          </Button>
        )}
      </Stack>
    </li>
  );
}

/** Asks somebody to take a role over. It is theirs when they accept. */
function HandOverDialog({ number, role, onClose }: { number: number; role: string; onClose: () => void }) {
  const toast = useToast();
  const users = useNames();
  const offer = useOfferRole(number);
  const [named, setNamed] = useState(role);
  const [key, setKey] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const person = users.data?.find((user) => user.key === key);
  const isNew = role === '';
  return (
    <DialogForm
      title={isNew ? 'Another role' : `Hand over: ${roleName(role)}`}
      confirmText="Ask"
      canConfirm={person !== undefined && incidentRole.safeParse(named).success && !offer.isPending}
      error={offer.error}
      onClose={onClose}
      onConfirm={() =>
        person !== undefined &&
        offer.mutate(
          { role: named, to: person.key, note },
          {
            onSuccess: () => {
              toast.done(`${person.name} is asked`);
              onClose();
            },
          }
        )
      }
    >
      {isNew && (
        <Field noMargin required label="Role" description="Lower-case letters, digits and dashes, such as network-lead.">
          <Input id="muster-role-name" autoFocus maxLength={40} list="muster-roles" value={named} onChange={(event) => setNamed(event.currentTarget.value)} />
        </Field>
      )}
      <datalist id="muster-roles">
        {INCIDENT_ROLES.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <QueryView query={users}>
        {(items) => (
          <Field noMargin required label="To" description="It is theirs when they accept; until then it stays where it is." htmlFor="muster-role-to">
            <Combobox id="muster-role-to" options={items.map((user) => ({ value: String(user.key), label: user.name, description: user.login }))} value={key} onChange={({ value }) => setKey(value)} placeholder="Choose a person" />
          </Field>
        )}
      </QueryView>
      <Field noMargin label="What they should know">
        <Input id="muster-role-note" maxLength={500} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
