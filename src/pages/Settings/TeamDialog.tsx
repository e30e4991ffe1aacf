import { useState } from 'react';
import { Combobox, Field, Input, TextArea } from '@grafana/ui';
import { teamId, type Team, type UserKey } from '#contract';
import { useGrafanaTeams, useSaveTeam } from '../../api/usePeople.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { PeopleField } from '../../components/PeopleField.tsx';
import { useToast } from '../../hooks/useToast.ts';

interface Props {
  /** Null: a new one. */
  team: Team | null;
  taken: readonly string[];
  onClose: () => void;
}

/** A team: its names, its members, and the team of Grafana that it follows. */
export function TeamDialog({ team, taken, onClose }: Props) {
  const toast = useToast();
  const save = useSaveTeam();
  const grafana = useGrafanaTeams('', { enabled: true });
  const [id, setId] = useState<string>(team?.id ?? '');
  const [name, setName] = useState(team?.name ?? '');
  const [description, setDescription] = useState(team?.description ?? '');
  const [aliases, setAliases] = useState((team?.aliases ?? []).join(', '));
  const [members, setMembers] = useState<UserKey[]>((team?.members ?? []).map(({ key }) => key));
  const [linked, setLinked] = useState<number | null>(team?.grafana?.id ?? null);
  const idFault = team !== null || id === '' ? null : taken.includes(id) ? 'There is one of this id already.' : teamId.safeParse(id).success ? null : 'Use lower-case letters, digits and dashes, 40 at most.';
  const found = grafana.data?.found ?? [];
  const options = [...found, ...(team?.grafana != null && !found.some((each) => each.id === team.grafana?.id) ? [{ id: team.grafana.id, name: team.grafana.name, members: team.grafana.members.length }] : [])];

  return (
    <DialogForm
      title={team === null ? 'Add team' : `Change ${team.name}`}
      confirmText="Save"
      canConfirm={id !== '' && idFault === null && name.trim() !== '' && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() =>
        save.mutate(
          { id, version: team?.version ?? null, body: { name, description, members, grafanaTeam: linked, aliases: aliases.split(',').map((alias) => alias.trim()).filter((alias) => alias !== '') } },
          {
            onSuccess: () => {
              toast.done(`Saved: ${name}`);
              onClose();
            },
          }
        )
      }
    >
      {team === null && (
        <Field noMargin required label="Id" description="By which policies name it." invalid={idFault !== null} error={idFault ?? ''}>
          <Input id="muster-team-id" autoFocus maxLength={40} autoComplete="off" value={id} onChange={(event) => setId(event.currentTarget.value)} />
        </Field>
      )}
      <Field noMargin required label="Name">
        <Input id="muster-team-name" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Other names" description="As the catalogue or alerts write it; commas between.">
        <Input id="muster-team-aliases" maxLength={1000} value={aliases} onChange={(event) => setAliases(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="What it does">
        <TextArea id="muster-team-description" rows={2} maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
      </Field>
      <PeopleField id="muster-team-members" label="Members" description="They take turns in this order." value={members} onChange={setMembers} />
      <Field noMargin label="Team of Grafana" description={grafana.data?.fault == null ? 'Its members belong to this team as well.' : `Grafana could not be asked: ${grafana.data.fault}`} htmlFor="muster-team-grafana">
        <Combobox
          id="muster-team-grafana"
          isClearable
          options={options.map((each) => ({ value: each.id, label: each.name, description: `${each.members} members` }))}
          value={linked}
          onChange={(option) => setLinked(option?.value ?? null)}
          placeholder="Not linked"
        />
      </Field>
    </DialogForm>
  );
}
