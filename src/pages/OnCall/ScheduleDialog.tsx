import { Alert, Badge, Button, Combobox, Field, Input, Stack } from '@grafana/ui';
import { useState } from 'react';
import { scheduleBody, type Schedule, type ScheduleBody, type ScheduleLayer } from '#contract';
import { useSaveSchedule, useShiftPreview } from '../../api/useOnCall.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { useToast } from '../../hooks/useToast.ts';
import { hasPeople, movedAt, newLayer, newSchedule, replacedAt, timeZones } from '../../model/scheduleDraft.ts';
import { LayerFields } from './LayerFields.tsx';
import { spanText } from './shiftWords.ts';

const PREVIEW_MS = 28 * 86_400_000;

/** Writes a schedule: zone, layers from the highest to the lowest, and whether gaps would be left. */
export function ScheduleDialog({ known, onClose }: { known: Schedule | null; onClose: () => void }) {
  const save = useSaveSchedule();
  const toast = useToast();
  const [body, setBody] = useState<ScheduleBody>(() => (known === null ? newSchedule(Date.now()) : scheduleBody.parse(known)));
  const setLayers = (layers: ScheduleLayer[]): void => setBody({ ...body, layers });
  const parsed = scheduleBody.safeParse(body);
  return (
    <DialogForm
      title={known === null ? 'New schedule' : `Edit ${known.name}`} confirmText={known === null ? 'Add schedule' : 'Save'} canConfirm={parsed.success && hasPeople(body.layers) && !save.isPending} error={save.error} onClose={onClose}
      onConfirm={() => save.mutate({ known, body }, {
        onSuccess: ({ name }) => {
          toast.done(`${name} is kept`);
          onClose();
        },
      })}
    >
      <Field noMargin required label="Name"><Input id="muster-schedule-name" maxLength={200} value={body.name} onChange={(event) => setBody({ ...body, name: event.currentTarget.value })} /></Field>
      <Field noMargin label="Description"><Input id="muster-schedule-description" maxLength={2000} value={body.description} onChange={(event) => setBody({ ...body, description: event.currentTarget.value })} /></Field>
      <Stack gap={2} wrap="wrap">
        <Field noMargin label="Team"><Input id="muster-schedule-team" maxLength={100} width={24} value={body.team ?? ''} onChange={(event) => setBody({ ...body, team: event.currentTarget.value === '' ? null : event.currentTarget.value })} /></Field>
        <Field noMargin required label="Time zone"><Combobox id="muster-schedule-zone" width={30} options={timeZones().map((value) => ({ value, label: value }))} value={body.timeZone} onChange={({ value }) => setBody({ ...body, timeZone: value })} /></Field>
      </Stack>
      {body.layers.map((layer, index) => (
        <section key={layer.id} aria-label={`Layer ${layer.name}`}>
          <Stack gap={1} alignItems="center" wrap="wrap">
            <strong>{layer.name}</strong>
            {index === body.layers.length - 1 && body.layers.length > 1 && <Badge color="blue" text="highest: wins" />}
            <Button type="button" size="sm" variant="secondary" fill="text" icon="arrow-up" aria-label={`Lower ${layer.name}`} disabled={index === 0} onClick={() => setLayers(movedAt(body.layers, index, -1))} />
            <Button type="button" size="sm" variant="secondary" fill="text" icon="arrow-down" aria-label={`Raise ${layer.name}`} disabled={index === body.layers.length - 1} onClick={() => setLayers(movedAt(body.layers, index, 1))} />
            <Button type="button" size="sm" variant="secondary" fill="text" icon="trash-alt" aria-label={`Remove ${layer.name}`} onClick={() => setLayers(body.layers.filter((_, place) => place !== index))} />
          </Stack>
          {layer.kind === 'rotation' ? <LayerFields layer={layer} scheduleZone={body.timeZone} onChange={(changed) => setLayers(replacedAt(body.layers, index, changed))} /> : <p>{layer.events.length} events of a calendar. Import the calendar again to change them.</p>}
        </section>
      ))}
      <div><Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => setLayers([...body.layers, newLayer(Date.now(), body.layers)])}>Add layer above</Button></div>
      <GapPreview body={body} enabled={parsed.success && hasPeople(body.layers)} />
    </DialogForm>
  );
}

function GapPreview({ body, enabled }: { body: ScheduleBody; enabled: boolean }) {
  const rested = useDebounced(body);
  const [from] = useState(() => new Date().toISOString());
  const preview = useShiftPreview(rested, from, new Date(Date.parse(from) + PREVIEW_MS).toISOString(), enabled);
  const gaps = preview.data?.gaps ?? [];
  if (preview.data === undefined) {
    return null;
  }
  return gaps.length === 0
    ? <Alert severity="success" title="Somebody is on call throughout the next four weeks" />
    : <Alert severity="warning" title="Nobody would be on call at times">{gaps.slice(0, 3).map(spanText).join('; ')}{gaps.length > 3 && `; and ${gaps.length - 3} more in four weeks`}</Alert>;
}
