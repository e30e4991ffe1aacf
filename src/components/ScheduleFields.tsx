import { Field, Input, Stack } from '@grafana/ui';
import type { MaintenanceSchedule } from '#contract';
import { Choice } from './Choice.tsx';
import { RecurrenceFields } from './RecurrenceFields.tsx';
import { fromLocalField, ruleFor, toLocalField } from '../model/schedule.ts';

interface Props {
  schedule: MaintenanceSchedule;
  onChange: (schedule: MaintenanceSchedule) => void;
}

const KINDS = ['once', 'recurring'] as const;
const KIND_LABELS = { once: 'Once', recurring: 'Repeats' } as const;
const MINUTE_MS = 60_000;

function ofKind(kind: (typeof KINDS)[number], from: MaintenanceSchedule): MaintenanceSchedule {
  if (from.kind === kind) {
    return from;
  }
  if (from.kind === 'once') {
    const startsAt = toLocalField(Date.parse(from.startsAt));
    const minutes = Math.max(1, Math.round((Date.parse(from.endsAt) - Date.parse(from.startsAt)) / MINUTE_MS));
    return { kind: 'recurring', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, startsAt, minutes, rule: ruleFor('weekly', startsAt) };
  }
  const startMs = Date.parse(from.startsAt);
  return { kind: 'once', startsAt: new Date(startMs).toISOString(), endsAt: new Date(startMs + from.minutes * MINUTE_MS).toISOString() };
}

/** When it is: once, by this browser's clock, or again and again, by the clock of a zone. */
export function ScheduleFields({ schedule, onChange }: Props) {
  return (
    <Stack direction="column" gap={2}>
      <Choice label="How often" options={KINDS} labels={KIND_LABELS} value={schedule.kind} onChange={(kind) => onChange(ofKind(kind, schedule))} size="sm" />
      {schedule.kind === 'once' ? (
        <Stack gap={2} wrap="wrap">
          <Field noMargin required label="Begins" description="By the clock of this browser">
            <Input
              id="muster-window-begin"
              type="datetime-local"
              value={toLocalField(Date.parse(schedule.startsAt))}
              onChange={(event) => onChange({ ...schedule, startsAt: fromLocalField(event.currentTarget.value) ?? schedule.startsAt })}
            />
          </Field>
          <Field noMargin required label="Ends" description="By the clock of this browser">
            <Input
              id="muster-window-end"
              type="datetime-local"
              value={toLocalField(Date.parse(schedule.endsAt))}
              onChange={(event) => onChange({ ...schedule, endsAt: fromLocalField(event.currentTarget.value) ?? schedule.endsAt })}
            />
          </Field>
        </Stack>
      ) : (
        <RecurrenceFields id="muster-window" recurrence={schedule} onChange={(changed) => onChange({ ...schedule, ...changed })}>
          <Field noMargin required label="Length (minutes)">
            <Input id="muster-window-minutes" type="number" min={1} width={16} value={Number.isNaN(schedule.minutes) ? '' : schedule.minutes} onChange={(event) => onChange({ ...schedule, minutes: event.currentTarget.valueAsNumber })} />
          </Field>
        </RecurrenceFields>
      )}
    </Stack>
  );
}
