import { Button, Combobox, Field, Input, Stack } from '@grafana/ui';
import { ROTATION_UNITS, type Restriction, type RotationLayer } from '#contract';
import { PeopleField } from '../../components/PeopleField.tsx';
import { replacedAt, timeZones, WORK_DAYS } from '../../model/scheduleDraft.ts';
import { RestrictionFields } from './RestrictionFields.tsx';

interface Props {
  layer: RotationLayer;
  /** Zone of the schedule. */
  scheduleZone: string;
  onChange: (layer: RotationLayer) => void;
}

/** A layer in which people take turns. */
export function LayerFields({ layer, scheduleZone, onChange }: Props) {
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
        <Field noMargin label="Ends on" description="Empty: never"><Input id={`${id}-end`} type="date" width={20} min={layer.startsOn} value={layer.endsOn ?? ''} onChange={(event) => onChange({ ...layer, endsOn: event.currentTarget.value === '' ? null : event.currentTarget.value })} /></Field>
        <Field noMargin label="Zone of the layer" htmlFor={`${id}-zone`}>
          <Combobox
            id={`${id}-zone`} width={30} options={[{ value: '', label: `As the schedule (${scheduleZone})` }, ...timeZones().map((value) => ({ value, label: value }))]} value={layer.timeZone ?? ''}
            onChange={({ value }) => onChange({ ...layer, timeZone: value === '' ? null : value })}
          />
        </Field>
      </Stack>
      {layer.slots.map((slot, index) => (
        <Stack key={index} gap={1} alignItems="flex-end" wrap="wrap">
          <PeopleField id={`${id}-slot-${index}`} label={`Turn ${index + 1}`} description={index === 0 ? 'Several people are on call together' : ''} value={slot} onChange={(people) => onChange({ ...layer, slots: replacedAt(layer.slots, index, people) })} />
          {layer.slots.length > 1 && <Button type="button" size="md" variant="secondary" fill="text" icon="times" aria-label={`Remove turn ${index + 1} of ${layer.name}`} onClick={() => onChange({ ...layer, slots: layer.slots.filter((_, place) => place !== index) })} />}
        </Stack>
      ))}
      <Stack gap={1} wrap="wrap">
        <Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => onChange({ ...layer, slots: [...layer.slots, []] })}>Add turn</Button>
        <Button type="button" size="sm" variant="secondary" icon="clock-nine" onClick={() => setRestrictions([...layer.restrictions, { kind: 'daily', days: [...WORK_DAYS], from: '09:00', to: '17:00' }])}>Only on some days</Button>
        <Button type="button" size="sm" variant="secondary" icon="calendar-alt" onClick={() => setRestrictions([...layer.restrictions, { kind: 'weekly', fromDay: 'fr', from: '17:00', toDay: 'mo', to: '09:00' }])}>Only once a week</Button>
      </Stack>
      {layer.restrictions.map((restriction, index) => (
        <RestrictionFields
          key={index} id={`${id}-only-${index}`} label={`times ${index + 1} of ${layer.name}`} restriction={restriction}
          onChange={(changed) => setRestrictions(replacedAt(layer.restrictions, index, changed))} onRemove={() => setRestrictions(layer.restrictions.filter((_, place) => place !== index))}
        />
      ))}
    </Stack>
  );
}
