import { Combobox, Field, Input, Stack } from '@grafana/ui';
import type { MaintenanceSchedule } from '#contract';
import { Choice } from '../../components/Choice.tsx';
import { fromLocalField, REPEAT_LABELS, REPEATS, repeatOf, ruleFor, toLocalField } from '../../model/schedule.ts';

interface Props {
  schedule: MaintenanceSchedule;
  onChange: (schedule: MaintenanceSchedule) => void;
}

const KINDS = ['once', 'recurring'] as const;
const KIND_LABELS = { once: 'Once', recurring: 'Repeats' } as const;
const MINUTE_MS = 60_000;

function zones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

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
        <Recurring schedule={schedule} onChange={onChange} />
      )}
    </Stack>
  );
}

function Recurring({ schedule, onChange }: { schedule: Extract<MaintenanceSchedule, { kind: 'recurring' }>; onChange: Props['onChange'] }) {
  const repeat = repeatOf(schedule.rule, schedule.startsAt);
  return (
    <>
      <Stack gap={2} wrap="wrap">
        <Field noMargin required label="First begins" description="By the clock of the zone">
          <Input
            id="muster-window-first"
            type="datetime-local"
            value={schedule.startsAt}
            onChange={(event) => {
              const startsAt = event.currentTarget.value.slice(0, 16);
              onChange({ ...schedule, startsAt, rule: repeat === 'custom' || startsAt === '' ? schedule.rule : ruleFor(repeat, startsAt) });
            }}
          />
        </Field>
        <Field noMargin required label="Length (minutes)">
          <Input id="muster-window-minutes" type="number" min={1} width={16} value={Number.isNaN(schedule.minutes) ? '' : schedule.minutes} onChange={(event) => onChange({ ...schedule, minutes: event.currentTarget.valueAsNumber })} />
        </Field>
      </Stack>
      <Stack gap={2} wrap="wrap">
        <Field noMargin label="Time zone">
          <Combobox id="muster-window-zone" width={30} options={zones().map((value) => ({ value, label: value }))} value={schedule.timeZone} onChange={({ value }) => onChange({ ...schedule, timeZone: value })} />
        </Field>
        <Field noMargin label="Repeats">
          <Combobox
            id="muster-window-repeat"
            width={30}
            options={REPEATS.map((value) => ({ value, label: REPEAT_LABELS[value] }))}
            value={repeat}
            onChange={({ value }) => onChange({ ...schedule, rule: value === 'custom' ? `${schedule.rule};INTERVAL=1` : ruleFor(value, schedule.startsAt) })}
          />
        </Field>
      </Stack>
      {repeat === 'custom' && (
        <Field noMargin label="Rule" description="Daily, weekly, monthly or yearly, for example FREQ=MONTHLY;BYDAY=-1SU">
          <Input id="muster-window-rule" maxLength={500} value={schedule.rule} onChange={(event) => onChange({ ...schedule, rule: event.currentTarget.value })} />
        </Field>
      )}
    </>
  );
}
