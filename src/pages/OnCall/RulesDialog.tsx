import { useState } from 'react';
import { Button, Checkbox, Combobox, Field, Input, MultiCombobox, Stack, TimeZonePicker, useStyles2 } from '@grafana/ui';
import type { ContactRules, ContactUrgency, MyContacts, QuietHours } from '#contract';
import { usePutContactRules } from '../../api/usePeople.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { getListStyles } from '../Settings/listStyles.ts';

const URGENCIES: readonly ContactUrgency[] = ['critical', 'high', 'normal', 'low'];
const LABELS: Readonly<Record<ContactUrgency, string>> = { critical: 'Critical (SEV1)', high: 'High (SEV2)', normal: 'Normal (SEV3)', low: 'Low' };
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const WAITS = [0, 30, 60, 120, 300, 600] as const;
const USUAL_WAIT: Readonly<Record<ContactUrgency, number>> = { critical: 60, high: 120, normal: 0, low: 0 };

/** What is tried in which order, and when I want quiet. */
export function RulesDialog({ contacts, onClose }: { contacts: MyContacts; onClose: () => void }) {
  const styles = useStyles2(getListStyles);
  const toast = useToast();
  const put = usePutContactRules();
  const [rules, setRules] = useState<ContactRules>(contacts.rules);
  const [quiet, setQuiet] = useState<QuietHours[]>(contacts.quietHours);
  const [zone, setZone] = useState(contacts.version === 0 ? Intl.DateTimeFormat().resolvedOptions().timeZone : contacts.zone);
  const span = quiet[0];
  const nameOf = (id: string): string => {
    const point = contacts.points.find((each) => each.id === id);
    return point === undefined ? id : `${point.channelName} ${point.address}`;
  };

  function setSpan(change: Partial<QuietHours> | null): void {
    setQuiet(change === null ? [] : [{ days: [0, 1, 2, 3, 4, 5, 6], from: '22:00', to: '07:00', ...span, ...change }, ...quiet.slice(1)]);
  }

  return (
    <DialogForm
      title="How I am reached"
      confirmText="Save"
      canConfirm={!put.isPending && quiet.every(({ days }) => days.length > 0)}
      error={put.error}
      onClose={onClose}
      onConfirm={() =>
        put.mutate(
          { version: contacts.version, body: { rules, quietHours: quiet, zone } },
          {
            onSuccess: () => {
              toast.done('Saved');
              onClose();
            },
          }
        )
      }
    >
      {URGENCIES.map((urgency) => {
        const hops = rules[urgency];
        return (
          <fieldset key={urgency}>
            <legend className={styles.dim}>{LABELS[urgency]}</legend>
            <Checkbox
              label="The usual order"
              description={urgency === 'critical' || urgency === 'high' ? 'All my proven addresses, one after another' : 'My first proven address'}
              value={hops === null}
              onChange={(event) => setRules({ ...rules, [urgency]: event.currentTarget.checked ? null : [] })}
            />
            {hops !== null && (
              <Stack direction="column" gap={1}>
                <MultiCombobox
                  aria-label={`Addresses, ${LABELS[urgency]}, in this order`}
                  options={contacts.points.map(({ id }) => ({ value: String(id), label: nameOf(id) }))}
                  value={hops.map(({ point }) => String(point))}
                  placeholder={urgency === 'critical' ? 'None: the usual order' : 'None: I am not told'}
                  onChange={(chosen) =>
                    setRules({
                      ...rules,
                      [urgency]: chosen.flatMap(({ value }) => {
                        const known = hops.find(({ point }) => point === value);
                        const point = contacts.points.find(({ id }) => id === value);
                        return known !== undefined ? [known] : point === undefined ? [] : [{ point: point.id, waitSeconds: USUAL_WAIT[urgency] }];
                      }),
                    })
                  }
                />
                {hops.slice(0, -1).map((hop) => (
                  <Field key={hop.point} noMargin label={`After ${nameOf(hop.point)}, the next after`} htmlFor={`muster-hop-${urgency}-${hop.point}`}>
                    <Combobox
                      id={`muster-hop-${urgency}-${hop.point}`}
                      width={20}
                      options={WAITS.map((seconds) => ({ value: seconds, label: seconds === 0 ? 'only if it fails' : seconds < 60 ? `${seconds} s` : `${seconds / 60} min` }))}
                      value={hop.waitSeconds}
                      onChange={({ value }) => setRules({ ...rules, [urgency]: hops.map((each) => (each === hop ? { ...each, waitSeconds: value } : each)) })}
                    />
                  </Field>
                ))}
              </Stack>
            )}
          </fieldset>
        );
      })}
      <Checkbox
        label="Quiet hours"
        description="SEV1 comes through all the same. Others are called instead of you."
        value={span !== undefined}
        onChange={(event) => setSpan(event.currentTarget.checked ? {} : null)}
      />
      {span !== undefined && (
        <>
          <Stack gap={2} wrap="wrap">
            <Field noMargin label="From">
              <Input id="muster-quiet-from" type="time" width={16} value={span.from} onChange={(event) => setSpan({ from: event.currentTarget.value })} />
            </Field>
            <Field noMargin label="To">
              <Input id="muster-quiet-to" type="time" width={16} value={span.to} onChange={(event) => setSpan({ to: event.currentTarget.value })} />
            </Field>
          </Stack>
          <Stack gap={1} wrap="wrap">
            {DAYS.map((day, index) => (
              <Checkbox
                key={day}
                label={day}
                value={span.days.includes(index)}
                onChange={(event) => setSpan({ days: event.currentTarget.checked ? [...span.days, index].sort() : span.days.filter((each) => each !== index) })}
              />
            ))}
          </Stack>
          {quiet.length > 1 && (
            <Button type="button" size="sm" variant="secondary" onClick={() => setQuiet(quiet.slice(0, 1))}>
              {`Remove ${quiet.length - 1} more`}
            </Button>
          )}
        </>
      )}
      <Field noMargin label="Time zone" htmlFor="muster-zone">
        <TimeZonePicker inputId="muster-zone" value={zone} onChange={(chosen) => setZone(chosen === undefined || chosen === '' || chosen === 'browser' ? Intl.DateTimeFormat().resolvedOptions().timeZone : chosen === 'utc' ? 'UTC' : chosen)} />
      </Field>
    </DialogForm>
  );
}
