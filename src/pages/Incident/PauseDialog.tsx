import { useState } from 'react';
import { Combobox, Field, TextArea } from '@grafana/ui';
import type { AudienceId, UpdateDue } from '#contract';
import { usePauseUpdates } from '../../api/useComms.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';

const MINUTE_MS = 60_000;
const LENGTHS = ['30', '60', '120', '240', '480'] as const;
const LENGTH_WORDS: Readonly<Record<(typeof LENGTHS)[number], string>> = { 30: '30 min', 60: '1 h', 120: '2 h', 240: '4 h', 480: '8 h' };
const ALL = 'all';
const SHORTEST = 3;

interface Props {
  number: number;
  due: readonly UpdateDue[];
  onClose: () => void;
}

/** Lets the clocks of updates stand still for a while, with a reason that everybody reads. */
export function PauseDialog({ number, due, onClose }: Props) {
  const toast = useToast();
  const pause = usePauseUpdates(number);
  const [length, setLength] = useState<(typeof LENGTHS)[number]>('60');
  const [audience, setAudience] = useState<AudienceId | null>(null);
  const [reason, setReason] = useState('');
  return (
    <DialogForm
      title="Pause the clocks of updates"
      confirmText="Pause"
      canConfirm={reason.trim().length >= SHORTEST && !pause.isPending}
      error={pause.error}
      onClose={onClose}
      onConfirm={() =>
        pause.mutate({ audiences: audience === null ? null : [audience], until: new Date(Date.now() + Number(length) * MINUTE_MS).toISOString(), reason: reason.trim() }, {
          onSuccess: () => {
            toast.done('Clocks paused');
            onClose();
          },
        })
      }
    >
      <Field noMargin label="For how long">
        <Choice label="For how long" options={LENGTHS} labels={LENGTH_WORDS} value={length} onChange={setLength} />
      </Field>
      <Field noMargin label="Whose" htmlFor="muster-pause-audience">
        <Combobox
          id="muster-pause-audience"
          options={[{ value: ALL, label: 'All audiences' }, ...due.map((one) => ({ value: String(one.audience), label: one.audienceName }))]}
          value={audience ?? ALL}
          onChange={({ value }) => setAudience(due.find((one) => one.audience === value)?.audience ?? null)}
        />
      </Field>
      <Field noMargin required label="Reason" description="Shown here and on the timeline.">
        <TextArea id="muster-pause-reason" rows={3} maxLength={500} autoFocus value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
