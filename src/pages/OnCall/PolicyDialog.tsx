import { useState } from 'react';
import { Button, Checkbox, Combobox, Field, Input, MultiCombobox, Stack, TextArea } from '@grafana/ui';
import { INCIDENT_ROLES, policyId, SEVERITIES, type EscalationPolicy, type EscalationStep, type Severity } from '#contract';
import { useSavePolicy } from '../../api/useMobilisation.ts';
import { useTeams } from '../../api/usePeople.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { roleName } from '../../model/roleNames.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { isWholeStep, NEW_STEP, StepFields } from './StepFields.tsx';

interface Props {
  /** Null: a new one. */
  policy: EscalationPolicy | null;
  taken: readonly string[];
  onClose: () => void;
}

/** A policy: when it starts, what it is for, and its steps. */
export function PolicyDialog({ policy, taken, onClose }: Props) {
  const toast = useToast();
  const save = useSavePolicy();
  const teams = useTeams();
  const [id, setId] = useState<string>(policy?.id ?? '');
  const [name, setName] = useState(policy?.name ?? '');
  const [description, setDescription] = useState(policy?.description ?? '');
  const [role, setRole] = useState(policy?.role ?? '');
  const [severities, setSeverities] = useState<readonly Severity[]>(policy?.starts?.severities ?? []);
  const [ownedBy, setOwnedBy] = useState<string>(policy?.starts?.ownedBy ?? '');
  const [condition, setCondition] = useState(policy?.starts?.condition ?? '');
  const [repeat, setRepeat] = useState<number | undefined>(policy?.repeat ?? 3);
  const [restHours, setRestHours] = useState<number | undefined>(policy?.restHours ?? 8);
  const [isWatched, setIsWatched] = useState(policy === null || policy.silence !== null);
  const [nudge, setNudge] = useState<number | undefined>(policy?.silence?.nudgeMinutes ?? 20);
  const [escalate, setEscalate] = useState<number | undefined>(policy?.silence?.escalateMinutes ?? 10);
  const [steps, setSteps] = useState<readonly EscalationStep[]>(policy?.steps ?? [NEW_STEP]);
  const idFault = policy !== null || id === '' ? null : taken.includes(id) ? 'There is one of this id already.' : policyId.safeParse(id).success ? null : 'Use lower-case letters, digits and dashes, 40 at most.';
  const team = teams.data?.find((each) => each.id === ownedBy);

  return (
    <DialogForm
      title={policy === null ? 'Add policy' : `Change ${policy.name}`}
      confirmText="Save"
      canConfirm={id !== '' && idFault === null && name.trim() !== '' && steps.length > 0 && steps.every(isWholeStep) && repeat !== undefined && restHours !== undefined && (!isWatched || (nudge !== undefined && escalate !== undefined)) && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() =>
        save.mutate(
          {
            id, version: policy?.version ?? null,
            body: {
              name, description, role: role === '' ? null : role, steps: [...steps], repeat: repeat ?? 0,
              restHours: restHours ?? 0, silence: isWatched ? { nudgeMinutes: nudge ?? 1, escalateMinutes: escalate ?? 1 } : null,
              starts: severities.length === 0 ? null : { severities: [...severities], ownedBy: team?.id ?? null, condition: condition.trim() === '' ? null : condition },
            },
          },
          {
            onSuccess: () => {
              toast.done(`Saved: ${name}`);
              onClose();
            },
          }
        )
      }
    >
      {policy === null && (
        <Field noMargin required label="Id" description="By which files and the API name it." invalid={idFault !== null} error={idFault ?? ''}>
          <Input id="muster-policy-id" autoFocus maxLength={40} autoComplete="off" value={id} onChange={(event) => setId(event.currentTarget.value)} />
        </Field>
      )}
      <Field noMargin required label="Name">
        <Input id="muster-policy-name" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="What it is for">
        <TextArea id="muster-policy-description" rows={2} maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Starts by itself for" description="Declared as, or raised to. None: people start it." htmlFor="muster-policy-severities">
        <MultiCombobox
          id="muster-policy-severities"
          options={SEVERITIES.map((severity) => ({ value: severity, label: SEVERITY_LABELS[severity] }))}
          value={[...severities]}
          onChange={(chosen) => setSeverities(SEVERITIES.filter((severity) => chosen.some(({ value }) => value === severity)))}
          placeholder="Never"
        />
      </Field>
      {severities.length > 0 && (
        <>
          <Field noMargin label="Only if this team owns the failing service" htmlFor="muster-policy-owner">
            <Combobox
              id="muster-policy-owner"
              isClearable
              options={(teams.data ?? []).map((each) => ({ value: String(each.id), label: each.name }))}
              value={ownedBy === '' ? null : ownedBy}
              onChange={(option) => setOwnedBy(option?.value ?? '')}
              placeholder="Whoever owns it"
            />
          </Field>
          <Field noMargin label="Only if" description="An expression over severity, rank, services, owners, title, minutes, commander, private.">
            <Input id="muster-policy-condition" maxLength={2000} placeholder="'checkout' in services" value={condition} onChange={(event) => setCondition(event.currentTarget.value)} />
          </Field>
        </>
      )}
      <Field noMargin label="Whoever answers is" description="Unless somebody has that role already." htmlFor="muster-policy-role">
        <Combobox
          id="muster-policy-role"
          isClearable
          createCustomValue
          options={[...new Set([...INCIDENT_ROLES, ...(role === '' ? [] : [role])])].map((each) => ({ value: each, label: roleName(each) }))}
          value={role === '' ? null : role}
          onChange={(option) => setRole(option?.value ?? '')}
          placeholder="Nothing in particular"
        />
      </Field>
      <fieldset>
        <legend>Steps</legend>
        <Stack direction="column" gap={2}>
          {steps.map((step, index) => (
            <StepFields
              key={index}
              place={index + 1}
              step={step}
              onChange={(changed) => setSteps(steps.map((each, other) => (other === index ? changed : each)))}
              {...(steps.length > 1 ? { onRemove: () => setSteps(steps.filter((_, other) => other !== index)) } : {})}
              {...(index > 0 ? { onUp: () => setSteps(steps.flatMap((each, other) => (other === index - 1 ? [step, each] : other === index ? [] : [each]))) } : {})}
            />
          ))}
          <Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => setSteps([...steps, NEW_STEP])}>
            Add step
          </Button>
        </Stack>
      </fieldset>
      <NumberField id="muster-policy-repeat" label="Go through them again" description="So many times while nobody answers, 50 at most." value={repeat} max={50} onChange={setRepeat} />
      <NumberField id="muster-policy-rest" label="Rest after a page at night, hours" description="Where one of several is chosen, somebody else is, if there is one." value={restHours} max={24} onChange={setRestHours} />
      <Checkbox id="muster-policy-silence" label="Watch whoever answered for silence" description="Any deed in the incident counts: a note, a command, a task." value={isWatched} onChange={(event) => setIsWatched(event.currentTarget.checked)} />
      {isWatched && (
        <Stack gap={2} wrap="wrap">
          <NumberField id="muster-policy-nudge" label="Remind after, minutes" min={1} max={1440} value={nudge} onChange={setNudge} />
          <NumberField id="muster-policy-escalate" label="Then the next step after, minutes" min={1} max={1440} value={escalate} onChange={setEscalate} />
        </Stack>
      )}
    </DialogForm>
  );
}
