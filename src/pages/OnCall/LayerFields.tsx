import { Button, Checkbox, Combobox, Field, Input, Stack } from '@grafana/ui';
import { ROTATION_UNITS, WEEKDAYS, type Restriction, type RotationLayer, type Weekday } from '#contract';
import { PeopleField } from '../../components/PeopleField.tsx';
import { replacedAt, WORK_DAYS } from '../../model/scheduleDraft.ts';

const DAY_NAMES: Readonly<Record<Weekday, string>> = { mo: 'Mon', tu: 'Tue', we: 'Wed', th: 'Thu', fr: 'Fri', sa: 'Sat', su: 'Sun' };

/** A layer in which people take turns. */
export function LayerFields({ layer, onChange }: { layer: RotationLayer; onChange: (layer: RotationLayer) => void }) {
  const id = `muster-${layer.id}`;
  const setRestrictions = (restrictions: Restriction[]): void => onChange({ ...layer, restrictions });
  return (
    <Stack direction="column" gap={1}>
      <Stack gap={2} wrap="wrap">
        <Field noMargin label="Layer name"><Input id={`${id}-name`} width={20} maxLength={100} value={layer.name} onChange={(event) => onChange({ ...layer, name: event.currentTarget.value })} /></Field>
        <Field noMargin label="A turn lasts"><Input id={`${id}-count`} type="number" min={1} max={1000} width={10} value={Number.isNaN(layer.every.count) ? '' : layer.every.count} onChange={(event) => onChange({ ...layer, every: { ...layer.every, count: event.currentTarget.valueAsNumber } })} /></Field>
        <Field noMargin label="Unit"><Combobox id={`${id}-unit`} width={14} options={ROTATION_UNITS.map((value) => ({ value, label: value }))} value={layer.every.unit} onChange={({ value }) => onChange({ ...layer, every: { ...layer.every, unit: value } })} /></Field>
        <Field noMargin label="First day"><Input id={`${id}-start`} type="date" width={20} value={layer.startsOn} onChange={(event) => onChange({ ...layer, startsOn: event.currentTarget.value })} /></Field>
        <Field noMargin label="Hand-off at"><Input id={`${id}-hand-off`} type="time" width={14} value={layer.handOffAt} onChange={(event) => onChange({ ...layer, handOffAt: event.currentTarget.value })} /></Field>
      </Stack>
      {layer.slots.map((slot, index) => (
        <Stack key={index} gap={1} alignItems="flex-end" wrap="wrap">
          <PeopleField id={`${id}-slot-${index}`} label={`Turn ${index + 1}`} description={index === 0 ? 'Several people are on call together' : ''} value={slot} onChange={(people) => onChange({ ...layer, slots: replacedAt(layer.slots, index, people) })} />
          {layer.slots.length > 1 && <Button type="button" size="md" variant="secondary" fill="text" icon="times" aria-label={`Remove turn ${index + 1} of ${layer.name}`} onClick={() => onChange({ ...layer, slots: layer.slots.filter((_, place) => place !== index) })} />}
        </Stack>
      ))}
      <Stack gap={1} wrap="wrap">
        <Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => onChange({ ...layer, slots: [...layer.slots, []] })}>Add turn</Button>
        <Button type="button" size="sm" variant="secondary" icon="clock-nine" onClick={() => setRestrictions([...layer.restrictions, { kind: 'daily', days: [...WORK_DAYS], from: '09:00', to: '17:00' }])}>Only at times</Button>
      </Stack>
      {layer.restrictions.map((restriction, index) => (
        <Stack key={index} gap={1} alignItems="center" wrap="wrap">
          {restriction.kind === 'daily' ? WEEKDAYS.map((day) => (
            <Checkbox
              key={day} label={DAY_NAMES[day]} value={restriction.days.includes(day)}
              onChange={(event) => setRestrictions(replacedAt(layer.restrictions, index, { ...restriction, days: WEEKDAYS.filter((other) => (other === day ? event.currentTarget.checked : restriction.days.includes(other))) }))}
            />
          )) : <span>{DAY_NAMES[restriction.fromDay]} to {DAY_NAMES[restriction.toDay]}</span>}
          <Input aria-label="From" type="time" width={14} value={restriction.from} onChange={(event) => setRestrictions(replacedAt(layer.restrictions, index, { ...restriction, from: event.currentTarget.value }))} />
          <Input aria-label="To" type="time" width={14} value={restriction.to} onChange={(event) => setRestrictions(replacedAt(layer.restrictions, index, { ...restriction, to: event.currentTarget.value }))} />
          <Button type="button" size="sm" variant="secondary" fill="text" icon="times" aria-label={`Remove times ${index + 1} of ${layer.name}`} onClick={() => setRestrictions(layer.restrictions.filter((_, place) => place !== index))} />
        </Stack>
      ))}
    </Stack>
  );
}
