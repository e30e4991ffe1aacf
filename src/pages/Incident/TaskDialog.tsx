import { useState } from 'react';
import { Button, Combobox, Field, IconButton, Input, MultiCombobox, Stack, TextArea } from '@grafana/ui';
import { TASK_PRIORITIES, userKey, type ChecklistItem, type Incident, type Task, type TaskOwnerInput, type TaskPriority } from '#contract';
import { useNames } from '../../api/useAccess.ts';
import { useCan, useMe } from '../../api/useMe.ts';
import { useCreateTask, useEditTask } from '../../api/useTasks.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { fromLocalField, toLocalField } from '../../model/schedule.ts';
import { roleName } from '../../model/roleNames.ts';
import { PRIORITY_WORDS } from '../../model/tasks.ts';
import { useDialogOutcome } from './useDialogOutcome.ts';

interface Props {
  incident: Incident;
  /** The one to change; null: a new one. */
  task: Task | null;
  /** Open tasks of the incident, to wait for. */
  others: readonly Task[];
  onClose: () => void;
}

const OWNER_KINDS = ['nobody', 'role', 'user', 'team'] as const;
type OwnerKind = (typeof OWNER_KINDS)[number];
const OWNER_LABELS: Readonly<Record<OwnerKind, string>> = { nobody: 'Nobody yet', role: roleName('commander'), user: 'Person', team: 'Team' };
const MOST_POINTS = 50;

/** Everything about a task: what, who, until when, what first. */
export function TaskDialog({ incident, task, others, onClose }: Props) {
  const me = useMe();
  const create = useCreateTask();
  const edit = useEditTask();
  const outcome = useDialogOutcome(onClose);
  // as it was when the form opened
  const [seen] = useState(task);
  const [title, setTitle] = useState(seen?.title ?? '');
  const [description, setDescription] = useState(seen?.description ?? '');
  const [kind, setKind] = useState<OwnerKind>(seen?.owner?.kind ?? 'nobody');
  const [person, setPerson] = useState<string>(seen?.owner?.kind === 'user' ? seen.owner.user.key : (me.data?.user.key ?? ''));
  const [team, setTeam] = useState(seen?.owner?.kind === 'team' ? seen.owner.team : '');
  const [due, setDue] = useState(seen === null || seen.dueAt === null ? '' : toLocalField(Date.parse(seen.dueAt)));
  const [priority, setPriority] = useState<TaskPriority>(seen?.priority ?? 'normal');
  const [waitsFor, setWaitsFor] = useState<readonly Task['id'][]>(seen?.waitsFor.map(({ id }) => id) ?? []);
  const [checklist, setChecklist] = useState<readonly ChecklistItem[]>(seen?.checklist ?? []);
  const [state, setState] = useState<'todo' | 'doing'>(seen?.state === 'doing' ? 'doing' : 'todo');

  function ownerOf(): TaskOwnerInput | null {
    switch (kind) {
      case 'nobody':
        return null;
      case 'role':
        return { kind, role: 'commander' };
      case 'user':
        return { kind, user: userKey.parse(person) };
      case 'team':
        return { kind, team };
    }
  }

  const choices = [...others.filter(({ id }) => id !== seen?.id), ...(seen?.waitsFor ?? []).filter(({ id }) => !others.some((other) => other.id === id))];
  const isRight = title.trim() !== '' && (kind !== 'team' || team.trim() !== '') && (kind !== 'user' || person !== '');

  function save(): void {
    const isSameDue = seen?.dueAt !== undefined && seen.dueAt !== null && due === toLocalField(Date.parse(seen.dueAt));
    const body = {
      title, description, owner: ownerOf(), dueAt: isSameDue ? seen.dueAt : fromLocalField(due), priority, waitsFor: [...waitsFor],
      checklist: checklist.filter(({ text }) => text.trim() !== ''),
    };
    if (seen === null) {
      create.mutate({ number: incident.number, body }, outcome(`Task added: ${title}`));
    } else {
      const { owner, waitsFor: waits, ...rest } = body;
      const isSameWait = waits.join() === seen.waitsFor.map(({ id }) => id).join();
      const isSameOwner = kind === (seen.owner?.kind ?? 'nobody') && (seen.owner?.kind !== 'user' || seen.owner.user.key === person) && (seen.owner?.kind !== 'team' || seen.owner.team === team);
      edit.mutate({ id: seen.id, version: seen.version, body: { ...rest, state, ...(isSameOwner ? {} : { owner }), ...(isSameWait ? {} : { waitsFor: waits }) } }, outcome(`Task saved: ${title}`));
    }
  }

  return (
    <DialogForm
      title={seen === null ? `Add a task to ${incident.key}` : 'Edit the task'}
      confirmText={seen === null ? 'Add task' : 'Save'}
      canConfirm={isRight && !create.isPending && !edit.isPending}
      error={create.error ?? edit.error}
      onClose={onClose}
      onConfirm={save}
    >
      <Field noMargin required label="What is to be done">
        <Input id="muster-task-title" maxLength={300} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Owner" description={kind === 'role' ? 'Whoever leads the incident; it passes on at a hand-over.' : undefined}>
        <Stack direction="column" gap={1}>
          <Choice label="Whose task it is" options={OWNER_KINDS} labels={OWNER_LABELS} value={kind} onChange={setKind} />
          {kind === 'user' && <PersonField value={person} onChange={setPerson} known={seen?.owner?.kind === 'user' ? [seen.owner.user] : []} />}
          {kind === 'team' && <Input id="muster-task-team" aria-label="Name of the team" placeholder="Name of the team" maxLength={100} value={team} onChange={(event) => setTeam(event.currentTarget.value)} />}
        </Stack>
      </Field>
      <Field noMargin label="Due (optional)" description="In the time of this browser. When it is past, the timeline tells.">
        <Input id="muster-task-due" type="datetime-local" value={due} onChange={(event) => setDue(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Priority">
        <Choice label="How urgent it is" options={TASK_PRIORITIES} labels={PRIORITY_WORDS} value={priority} onChange={setPriority} />
      </Field>
      {seen !== null && (
        <Field noMargin label="Status">
          <Choice label="How far it is" options={['todo', 'doing']} labels={{ todo: 'To do', doing: 'In progress' }} value={state} onChange={setState} />
        </Field>
      )}
      {choices.length > 0 && (
        <Field noMargin label="Waits for (optional)" description="What has to be done first." htmlFor="muster-task-waits">
          <MultiCombobox
            id="muster-task-waits"
            options={choices.map((other) => ({ value: String(other.id), label: other.title }))}
            value={waitsFor.map(String)}
            onChange={(chosen) => setWaitsFor(choices.map(({ id }) => id).filter((id) => chosen.some((option) => option.value === id)))}
            placeholder="Choose tasks"
          />
        </Field>
      )}
      <Field noMargin label="Checklist (optional)">
        <Stack direction="column" gap={1}>
          {checklist.map((item, place) => (
            <Stack key={place} gap={1} alignItems="center">
              <Input
                aria-label={`Point ${place + 1}`}
                maxLength={300}
                value={item.text}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  setChecklist(checklist.map((other, at) => (at === place ? { ...other, text } : other)));
                }}
              />
              <IconButton name="trash-alt" tooltip={`Remove point ${place + 1}`} onClick={() => setChecklist(checklist.filter((_other, at) => at !== place))} />
            </Stack>
          ))}
          <div>
            <Button type="button" size="sm" variant="secondary" icon="plus" disabled={checklist.length >= MOST_POINTS} onClick={() => setChecklist([...checklist, { text: '', done: false }])}>
              Add a point
            </Button>
          </div>
        </Stack>
      </Field>
      <Field noMargin label="Description (optional)">
        <TextArea id="muster-task-description" rows={3} maxLength={10_000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}

interface PersonProps {
  value: string;
  onChange: (key: string) => void;
  /** Who must be there to choose, seen or not. */
  known: readonly { key: string; name: string }[];
}

/** Somebody whom Muster has seen; for those who may not see the list of people, themselves. */
function PersonField({ value, onChange, known }: PersonProps) {
  const me = useMe();
  const can = useCan();
  const users = useNames({ enabled: can('listPeople') });
  const people = new Map<string, string>([
    ...known.map(({ key, name }): [string, string] => [key, name]), ...(me.data === undefined ? [] : [[me.data.user.key, `${me.data.user.name} (you)`] satisfies [string, string]]),
  ]);
  for (const { key, name } of users.data ?? []) if (!people.has(key)) people.set(key, name);
  return (
    <Combobox
      aria-label="Person"
      id="muster-task-person"
      options={[...people].map(([key, name]) => ({ value: key, label: name }))}
      value={value}
      onChange={(option) => onChange(option.value)}
      placeholder="Choose a person"
    />
  );
}
