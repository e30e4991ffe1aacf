import { useState } from 'react';
import { Combobox, Field, Input, Stack, Switch, TextArea } from '@grafana/ui';
import { drillBody, runbookId, type Drill, type DrillBody } from '#contract';
import { useSaveDrill } from '../../api/useDrills.ts';
import { useRunbookList } from '../../api/useRunbooks.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { RecurrenceFields } from '../../components/RecurrenceFields.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { bodyOf, newDrill } from '../../model/drills.ts';
import { ruleFor, toLocalField } from '../../model/schedule.ts';
import { DrillAlertFields } from './DrillAlertFields.tsx';
import { DrillStageFields } from './DrillStageFields.tsx';

const HOUR_MS = 3_600_000;

function newSchedule(): NonNullable<DrillBody['schedule']> {
  const startsAt = toLocalField(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS);
  return { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, startsAt, rule: ruleFor('monthly', startsAt) };
}

/** What is drilled: which alerts come, what is to be reached by when, and when it starts by itself. */
export function DrillDialog({ known, onClose }: { known: Drill | null; onClose: () => void }) {
  const save = useSaveDrill();
  const toast = useToast();
  const runbooks = useRunbookList({ state: 'live' });
  const [draft, setDraft] = useState<DrillBody>(() => (known === null ? newDrill() : bodyOf(known)));
  const change = (part: Partial<DrillBody>): void => setDraft({ ...draft, ...part });
  const titles = (runbooks.data ?? []).map(({ id, title }) => ({ value: id, label: title }));
  return (
    <DialogForm
      title={known === null ? 'Plan a drill' : `Edit “${known.name}”`}
      confirmText={known === null ? 'Plan' : 'Save'}
      canConfirm={drillBody.safeParse(draft).success && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() =>
        save.mutate({ known, body: draft }, {
          onSuccess: () => {
            toast.done(`${draft.name}: planned`);
            onClose();
          },
        })
      }
    >
      <Field noMargin required label="Name" description="In at least 3 characters.">
        <Input id="muster-drill-name" autoFocus maxLength={200} placeholder="The payments database is gone" value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="What is practised (optional)">
        <TextArea id="muster-drill-description" rows={2} maxLength={2000} value={draft.description} onChange={(event) => change({ description: event.currentTarget.value })} />
      </Field>
      <DrillAlertFields alerts={draft.alerts} onChange={(alerts) => change({ alerts })} />
      <DrillStageFields expects={draft.expects} onChange={(expects) => change({ expects })} />
      {draft.expects.some(({ stage }) => stage === 'runbook') && (
        <Field noMargin label="Which runbook is to succeed">
          <Combobox
            id="muster-drill-runbook"
            isClearable
            placeholder="Any"
            options={titles}
            value={draft.runbook}
            onChange={(chosen: { value: string } | null) => change({ runbook: chosen === null ? null : runbookId.parse(chosen.value) })}
          />
        </Field>
      )}
      <NumberField id="muster-drill-minutes" label="Ends after (minutes)" description="Whatever has been reached by then." min={1} max={240} value={draft.maxMinutes} onChange={(value) => change({ maxMinutes: value ?? Number.NaN })} />
      <Stack gap={1} alignItems="center">
        <Switch id="muster-drill-scheduled" value={draft.schedule !== null} onChange={() => change({ schedule: draft.schedule === null ? newSchedule() : null })} />
        <label htmlFor="muster-drill-scheduled">Starts by itself</label>
      </Stack>
      {draft.schedule !== null && <RecurrenceFields id="muster-drill" recurrence={draft.schedule} onChange={(schedule) => change({ schedule })} />}
    </DialogForm>
  );
}
