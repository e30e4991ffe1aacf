import { Combobox, Field, IconButton, Input, Stack } from '@grafana/ui';
import { escalationStep, PICKS, type EscalationStep, type Team, type UserRef } from '#contract';
import { useNames } from '../../api/useAccess.ts';
import { useChannels } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { useSchedules } from '../../api/useOnCall.ts';
import { useTeams } from '../../api/usePeople.ts';
import { NumberField } from '../../components/NumberField.tsx';
import { PICK_LABELS } from '../../model/mobilisation.ts';

type Kind = EscalationStep['kind'];
const KIND_LABELS: Readonly<Record<Kind, string>> = {
  owner: 'Owner of the failing service', team: 'Team', schedule: 'On call by a schedule', user: 'Person', channel: 'Channel', webhook: 'Webhook', wait: 'Wait', condition: 'Only if',
};
const KINDS: readonly Kind[] = ['owner', 'team', 'schedule', 'user', 'channel', 'webhook', 'wait', 'condition'];
const USUAL_WAIT = 300;

export const NEW_STEP: EscalationStep = { kind: 'owner', pick: 'all', waitSeconds: USUAL_WAIT };

/** Whether everything that the kind of step needs is there. */
export function isWholeStep(step: EscalationStep): boolean {
  return escalationStep.safeParse(step).success;
}

/** A step of a kind with a target to begin with; null where there is nobody to choose. */
function firstStep(kind: Kind, team: Team | undefined, person: UserRef | undefined): EscalationStep | null {
  switch (kind) {
    case 'owner':
      return NEW_STEP;
    case 'team':
      return team === undefined ? null : { kind, team: team.id, pick: 'all', waitSeconds: USUAL_WAIT };
    case 'schedule':
      return { kind, schedule: '', pick: 'all', waitSeconds: USUAL_WAIT };
    case 'user':
      return person === undefined ? null : { kind, user: person.key, waitSeconds: USUAL_WAIT };
    case 'channel':
      return { kind, channel: '', waitSeconds: 0 };
    case 'webhook':
      return { kind, channel: '', url: '', waitSeconds: 0 };
    case 'wait':
      return { kind, seconds: 60 };
    case 'condition':
      return { kind, when: '', otherwise: 'skip' };
  }
}

interface Props {
  place: number;
  step: EscalationStep;
  onChange: (step: EscalationStep) => void;
  onRemove?: () => void;
  onUp?: () => void;
}

/** One step of a policy. */
export function StepFields({ place, step, onChange, onRemove, onUp }: Props) {
  const id = `muster-step-${place}`;
  const can = useCan();
  const teams = useTeams();
  const users = useNames({ enabled: can('listPeople') });
  const begin = (kind: Kind): EscalationStep | null => firstStep(kind, teams.data?.[0], users.data?.[0]);
  return (
    <Stack gap={1} alignItems="flex-end" wrap="wrap">
      <Field noMargin label={`Step ${place}`} htmlFor={`${id}-kind`}>
        <Combobox id={`${id}-kind`} width={28} options={KINDS.filter((kind) => kind === step.kind || begin(kind) !== null).map((kind) => ({ value: kind, label: KIND_LABELS[kind] }))} value={step.kind} onChange={({ value }) => onChange(begin(value) ?? step)} />
      </Field>
      <Target id={id} step={step} onChange={onChange} />
      {'pick' in step && (
        <Field noMargin label="Of several" htmlFor={`${id}-pick`}>
          <Combobox id={`${id}-pick`} width={18} options={PICKS.map((pick) => ({ value: pick, label: PICK_LABELS[pick] }))} value={step.pick} onChange={({ value }) => onChange({ ...step, pick: value })} />
        </Field>
      )}
      {'waitSeconds' in step && <NumberField id={`${id}-wait`} label="Wait, seconds" max={86_400} value={step.waitSeconds} onChange={(waitSeconds) => onChange({ ...step, waitSeconds: waitSeconds ?? 0 })} />}
      {onUp !== undefined && <IconButton name="arrow-up" aria-label={`Move step ${place} up`} onClick={onUp} />}
      {onRemove !== undefined && <IconButton name="trash-alt" aria-label={`Remove step ${place}`} onClick={onRemove} />}
    </Stack>
  );
}

/** What is chosen stays to be seen, also where it is gone. */
function withChosen(options: readonly { value: string; label: string }[], chosen: string): { value: string; label: string }[] {
  return [...options, ...(chosen === '' || options.some(({ value }) => value === chosen) ? [] : [{ value: chosen, label: chosen }])];
}

/** One of the channels; for who may not see them, its id. */
function ChannelField({ id, label, kind, value, onChange }: { id: string; label: string; kind?: string; value: string; onChange: (channel: string) => void }) {
  const can = useCan();
  const channels = useChannels({ enabled: can('listChannels') });
  if (!can('listChannels')) {
    return (
      <Field noMargin label={label}>
        <Input id={id} width={28} maxLength={40} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
      </Field>
    );
  }
  const options = (channels.data ?? []).filter((channel) => kind === undefined || channel.kind === kind).map((channel) => ({ value: String(channel.id), label: channel.name }));
  return (
    <Field noMargin label={label} htmlFor={id}>
      <Combobox id={id} width={28} options={withChosen(options, value)} value={value === '' ? null : value} onChange={(option) => onChange(option.value)} placeholder="Choose a channel" />
    </Field>
  );
}

function Target({ id, step, onChange }: { id: string; step: EscalationStep; onChange: (step: EscalationStep) => void }) {
  const can = useCan();
  const teams = useTeams({ enabled: step.kind === 'team' });
  const users = useNames({ enabled: step.kind === 'user' && can('listPeople') });
  const schedules = useSchedules({ enabled: step.kind === 'schedule' && can('listSchedules') });
  switch (step.kind) {
    case 'owner':
      return null;
    case 'team':
      return (
        <Field noMargin label="Team" htmlFor={`${id}-team`}>
          <Combobox
            id={`${id}-team`}
            width={28}
            options={(teams.data ?? []).map((team) => ({ value: String(team.id), label: team.name }))}
            value={step.team}
            onChange={({ value }) => {
              const team = teams.data?.find((each) => each.id === value);
              if (team !== undefined) onChange({ ...step, team: team.id });
            }}
          />
        </Field>
      );
    case 'user':
      return (
        <Field noMargin label="Person" htmlFor={`${id}-user`}>
          <Combobox
            id={`${id}-user`}
            width={28}
            options={(users.data ?? []).map(({ key, name, login }) => ({ value: String(key), label: name, description: login }))}
            value={step.user}
            onChange={({ value }) => {
              const person = users.data?.find(({ key }) => key === value);
              if (person !== undefined) onChange({ ...step, user: person.key });
            }}
          />
        </Field>
      );
    case 'schedule':
      return (
        <Field noMargin label="Schedule" htmlFor={`${id}-schedule`}>
          <Combobox
            id={`${id}-schedule`}
            width={28}
            options={withChosen((schedules.data ?? []).map((schedule) => ({ value: schedule.id, label: schedule.name })), step.schedule)}
            value={step.schedule === '' ? null : step.schedule}
            onChange={({ value }) => onChange({ ...step, schedule: value })}
            placeholder="Choose a schedule"
          />
        </Field>
      );
    case 'channel':
      return (
        <ChannelField id={`${id}-channel`} label="Channel" value={step.channel} onChange={(channel) => onChange({ ...step, channel })} />
      );
    case 'webhook':
      return (
        <>
          <ChannelField id={`${id}-channel`} label="Webhook channel" kind="webhook" value={step.channel} onChange={(channel) => onChange({ ...step, channel })} />
          <Field noMargin label="Address">
            <Input id={`${id}-url`} width={36} maxLength={2000} placeholder="https://" value={step.url} onChange={(event) => onChange({ ...step, url: event.currentTarget.value })} />
          </Field>
        </>
      );
    case 'wait':
      return <NumberField id={`${id}-seconds`} label="Seconds" min={1} max={86_400} value={step.seconds} onChange={(seconds) => onChange({ ...step, seconds: seconds ?? 1 })} />;
    case 'condition':
      return (
        <>
          <Field noMargin label="Expression">
            <Input id={`${id}-when`} width={36} maxLength={2000} placeholder="rank == 1" value={step.when} onChange={(event) => onChange({ ...step, when: event.currentTarget.value })} />
          </Field>
          <Field noMargin label="Otherwise" htmlFor={`${id}-otherwise`}>
            <Combobox
              id={`${id}-otherwise`}
              width={24}
              options={[{ value: 'skip' as const, label: 'leave out the next step' }, { value: 'stop' as const, label: 'end' }]}
              value={step.otherwise}
              onChange={({ value }) => onChange({ ...step, otherwise: value })}
            />
          </Field>
        </>
      );
  }
}
