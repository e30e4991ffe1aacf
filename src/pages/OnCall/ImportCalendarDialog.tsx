import { Checkbox, Field, Input, Stack, TextArea } from '@grafana/ui';
import { useState } from 'react';
import type { Schedule } from '#contract';
import { useImportCalendar } from '../../api/useOnCall.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ImportReport } from './ImportReport.tsx';

/** Takes a calendar as a layer: first what would come of it, then for good. */
export function ImportCalendarDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const run = useImportCalendar();
  const toast = useToast();
  const [layerName, setLayerName] = useState('Calendar');
  const [address, setAddress] = useState('');
  const [follow, setFollow] = useState(true);
  const [text, setText] = useState('');
  const [checked, setChecked] = useState<string | null>(null);
  const source = text.trim() === '' ? { address: address.trim(), follow } : { text };
  const asked = JSON.stringify([layerName, source]);
  const isChecked = checked === asked && run.data !== undefined;
  return (
    <DialogForm
      title={`Import a calendar into ${schedule.name}`} confirmText={isChecked ? 'Import' : 'Check'} canConfirm={layerName.trim() !== '' && (text.trim() !== '' || address.trim() !== '') && !run.isPending} error={run.error} onClose={onClose}
      onConfirm={() => run.mutate({ id: schedule.id, version: schedule.version, body: { layerName, ...source, dryRun: !isChecked } }, {
        onSuccess: ({ events }) => {
          setChecked(asked);
          if (isChecked) {
            toast.done(`${events} events are a layer now`);
            onClose();
          }
        },
      })}
    >
      <Field noMargin required label="Layer" description="A layer of this name that came from a calendar is replaced"><Input id="muster-import-layer" maxLength={100} value={layerName} onChange={(event) => setLayerName(event.currentTarget.value)} /></Field>
      <Field noMargin label="Address" description="Of an .ics file; it is kept sealed"><Input id="muster-import-address" type="url" maxLength={2000} value={address} onChange={(event) => setAddress(event.currentTarget.value)} /></Field>
      {text.trim() === '' && <Checkbox label="Read it again every 15 minutes" description="Without it, the address is read once, now" value={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />}
      <Stack direction="column" gap={1}>
        <Field noMargin label="Or a file"><input id="muster-import-file" type="file" accept=".ics,text/calendar" onChange={(event) => void event.currentTarget.files?.[0]?.text().then(setText)} /></Field>
        <Field noMargin label="Or its text"><TextArea id="muster-import-text" rows={4} value={text} onChange={(event) => setText(event.currentTarget.value)} /></Field>
      </Stack>
      {isChecked && run.data !== undefined && <ImportReport summary={`${run.data.events} events would be taken over.`} people={run.data.people} remarks={run.data.remarks} />}
    </DialogForm>
  );
}
