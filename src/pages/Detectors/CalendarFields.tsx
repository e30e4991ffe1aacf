import { Combobox, Field, Input, TextArea } from '@grafana/ui';
import { isWrongCalendar, wrongDayOf, type DetectorDraft } from '../../model/detectors.ts';
import { timeZones } from '../../model/scheduleDraft.ts';

interface Props {
  draft: DetectorDraft;
  onChange: (part: Partial<DetectorDraft>) => void;
}

const ZONES = timeZones().map((value) => ({ value, label: value }));

/** By whose clock what is usual at an hour is known, and on which days it is not. */
export function CalendarFields({ draft, onChange }: Props) {
  const wrong = wrongDayOf(draft);
  return (
    <>
      <Field noMargin label="Time zone" description="By its clock hours and days of the week are usual, so that summer time changes nothing. With another one it learns anew.">
        <Combobox id="muster-detector-zone" options={ZONES} value={draft.timeZone} onChange={(chosen: { value: string } | null | undefined) => chosen != null && onChange({ timeZone: chosen.value })} />
      </Field>
      <Field noMargin label="Holidays (optional)" description="Days that are like Sundays: 2026-05-14, or 12-25 for each year." invalid={wrong !== null} error={wrong === null ? undefined : `“${wrong}” is not such a day.`}>
        <TextArea id="muster-detector-holidays" rows={2} placeholder={'01-01\n12-25\n2026-05-14'} value={draft.holidays} onChange={(event) => onChange({ holidays: event.currentTarget.value })} />
      </Field>
      <Field
        noMargin
        label="Calendar of holidays (optional)"
        description="Address of an iCalendar (.ics), read daily: its all-day events are holidays, too. Its host must be allowed under outbound.allow. Whoever sees the detector sees the address."
        invalid={isWrongCalendar(draft)}
        error={isWrongCalendar(draft) ? 'It must begin with https://, http:// or webcal://.' : undefined}
      >
        <Input id="muster-detector-holiday-calendar" maxLength={1000} placeholder="https://calendar.example.com/holidays.ics" value={draft.holidayCalendar} onChange={(event) => onChange({ holidayCalendar: event.currentTarget.value })} />
      </Field>
    </>
  );
}
