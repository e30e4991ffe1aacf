import { Field, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { onCallImportBody, type OnCallImportBody } from '#contract';
import { useImportOnCall } from '../../api/useOnCall.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ImportReport } from './ImportReport.tsx';

const EXAMPLE = '{\n  "schedules": …answer of GET /api/v1/schedules…,\n  "onCallShifts": …of /api/v1/on_call_shifts…,\n  "users": …of /api/v1/users…,\n  "escalationChains": …, "escalationPolicies": …\n}';

function read(text: string): OnCallImportBody | null {
  try {
    return onCallImportBody.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Takes schedules over from Grafana OnCall: first what would come of it, then for good. */
export function ImportOnCallDialog({ onClose }: { onClose: () => void }) {
  const run = useImportOnCall();
  const toast = useToast();
  const [text, setText] = useState('');
  const [checked, setChecked] = useState<string | null>(null);
  const body = read(text);
  const isChecked = checked === text && run.data !== undefined;
  return (
    <DialogForm
      title="Take over from Grafana OnCall" confirmText={isChecked ? 'Take over' : 'Check'} canConfirm={body !== null && !run.isPending} error={run.error} onClose={onClose}
      onConfirm={() => body !== null && run.mutate({ ...body, dryRun: !isChecked }, {
        onSuccess: ({ schedules }) => {
          setChecked(text);
          if (isChecked) {
            toast.done(`${schedules.length} schedules are taken over`);
            onClose();
          }
        },
      })}
    >
      <Field noMargin required label="What OnCall’s API gave" description="One JSON object; people are found by login or address, others under “people” by their OnCall id" invalid={text !== '' && body === null} error="This is not such an object">
        <TextArea id="muster-oncall-text" rows={10} placeholder={EXAMPLE} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
      {isChecked && run.data !== undefined && <ImportReport summary={`${run.data.schedules.length} schedules would be taken over: ${run.data.schedules.map(({ name, layers }) => `${name} (${layers} layers)`).join(', ')}.`} people={run.data.people} remarks={run.data.remarks} />}
    </DialogForm>
  );
}
