import type { ReactNode } from 'react';
import { Combobox, Field, Input, Stack } from '@grafana/ui';
import { REPEAT_LABELS, REPEATS, repeatOf, ruleFor } from '../model/schedule.ts';

/** When something comes again and again, on the clock of a zone. */
export interface Recurrence {
  readonly timeZone: string;
  readonly startsAt: string;
  readonly rule: string;
}

interface Props {
  /** Before the ids of the fields. */
  id: string;
  recurrence: Recurrence;
  onChange: (changed: Recurrence) => void;
  /** Stands beside the first begin. */
  children?: ReactNode;
}

function zones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

/** First begin, time zone and how it repeats. */
export function RecurrenceFields({ id, recurrence: { timeZone, startsAt, rule }, onChange, children }: Props) {
  const repeat = repeatOf(rule, startsAt);
  return (
    <>
      <Stack gap={2} wrap="wrap">
        <Field noMargin required label="First begins" description="By the clock of the zone">
          <Input
            id={`${id}-first`}
            type="datetime-local"
            value={startsAt}
            onChange={(event) => {
              const local = event.currentTarget.value.slice(0, 16);
              onChange({ timeZone, startsAt: local, rule: repeat === 'custom' || local === '' ? rule : ruleFor(repeat, local) });
            }}
          />
        </Field>
        {children}
      </Stack>
      <Stack gap={2} wrap="wrap">
        <Field noMargin label="Time zone">
          <Combobox id={`${id}-zone`} width={30} options={zones().map((value) => ({ value, label: value }))} value={timeZone} onChange={({ value }) => onChange({ timeZone: value, startsAt, rule })} />
        </Field>
        <Field noMargin label="Repeats">
          <Combobox
            id={`${id}-repeat`}
            width={30}
            options={REPEATS.map((value) => ({ value, label: REPEAT_LABELS[value] }))}
            value={repeat}
            onChange={({ value }) => onChange({ timeZone, startsAt, rule: value === 'custom' ? `${rule};INTERVAL=1` : ruleFor(value, startsAt) })}
          />
        </Field>
      </Stack>
      {repeat === 'custom' && (
        <Field noMargin label="Rule" description="Daily, weekly, monthly or yearly, for example FREQ=MONTHLY;BYDAY=-1SU">
          <Input id={`${id}-rule`} maxLength={500} value={rule} onChange={(event) => onChange({ timeZone, startsAt, rule: event.currentTarget.value })} />
        </Field>
      )}
    </>
  );
}
