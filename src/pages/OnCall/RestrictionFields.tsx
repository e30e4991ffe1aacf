import { Button, Checkbox, Combobox, Input, Stack } from '@grafana/ui';
import { WEEKDAYS, type Restriction, type Weekday } from '#contract';

const DAY_NAMES: Readonly<Record<Weekday, string>> = { mo: 'Mon', tu: 'Tue', we: 'Wed', th: 'Thu', fr: 'Fri', sa: 'Sat', su: 'Sun' };
const DAY_OPTIONS = WEEKDAYS.map((value) => ({ value, label: DAY_NAMES[value] }));

interface Props {
  id: string;
  /** How the restriction is called where it is one of several. */
  label: string;
  restriction: Restriction;
  onChange: (restriction: Restriction) => void;
  onRemove: () => void;
}

/** When a layer applies: on chosen days from one time to another, or once a week from one day to another. */
export function RestrictionFields({ id, label, restriction, onChange, onRemove }: Props) {
  const time = (which: 'from' | 'to') => (
    <Input
      id={`${id}-${which}`} aria-label={which === 'from' ? 'From' : 'To'} type="time" width={14} value={restriction[which]}
      onChange={(event) => onChange(which === 'from' ? { ...restriction, from: event.currentTarget.value } : { ...restriction, to: event.currentTarget.value })}
    />
  );
  return (
    <div role="group" aria-label={label}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        {restriction.kind === 'daily' ? (
          <>
            {WEEKDAYS.map((day) => (
              <Checkbox
                key={day} label={DAY_NAMES[day]} value={restriction.days.includes(day)}
                onChange={(event) => onChange({ ...restriction, days: WEEKDAYS.filter((other) => (other === day ? event.currentTarget.checked : restriction.days.includes(other))) })}
              />
            ))}
            {time('from')}
            <span>to</span>
            {time('to')}
            {restriction.to <= restriction.from && <span>the next day</span>}
          </>
        ) : (
          <>
            <span>From</span>
            <Combobox id={`${id}-from-day`} aria-label="From day" width={12} options={DAY_OPTIONS} value={restriction.fromDay} onChange={({ value }) => onChange({ ...restriction, fromDay: value })} />
            {time('from')}
            <span>to</span>
            <Combobox id={`${id}-to-day`} aria-label="To day" width={12} options={DAY_OPTIONS} value={restriction.toDay} onChange={({ value }) => onChange({ ...restriction, toDay: value })} />
            {time('to')}
          </>
        )}
        <Button type="button" size="sm" variant="secondary" fill="text" icon="times" aria-label={`Remove ${label}`} onClick={onRemove} />
      </Stack>
    </div>
  );
}
