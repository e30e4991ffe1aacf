import { Field, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { onCallImportBody, type ImportFate, type OnCallImport, type OnCallImportBody } from '#contract';
import { useImportOnCall } from '../../api/useOnCall.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ChainReport } from './ChainReport.tsx';
import { ImportReport } from './ImportReport.tsx';

const EXAMPLE = '{\n  "schedules": …answer of GET /api/v1/schedules…,\n  "onCallShifts": …of /api/v1/on_call_shifts…,\n  "users": …of /api/v1/users…,\n  "teams": …of /api/v1/teams…,\n  "escalationChains": …, "escalationPolicies": …\n}';

function read(text: string): OnCallImportBody | null {
  try {
    return onCallImportBody.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** What happens to what is taken over; a remark says more of what is kept. */
const FATE_WORDS: Readonly<Record<ImportFate, string>> = { new: 'new', changed: 'changed', same: 'taken over before', kept: 'stays as it is here' };

function amount(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What would be written, in a line. */
function summaryOf({ schedules, policies }: OnCallImport): string {
  const written = policies.filter(({ fate }) => fate === 'new' || fate === 'changed').length;
  return `${amount(schedules.filter(({ fate }) => fate === 'new').length, 'schedule', 'schedules')} and ${amount(written, 'escalation policy', 'escalation policies')}`;
}

/** Takes schedules and escalation chains over from Grafana OnCall: first what would come of it, then for good. */
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
        onSuccess: (done) => {
          setChecked(text);
          if (isChecked) {
            toast.done(`Taken over: ${summaryOf(done)}`);
            onClose();
          }
        },
      })}
    >
      <Field noMargin required label="What OnCall’s API gave" description="One JSON object; people are found by login or address, others under “people” by their OnCall id" invalid={text !== '' && body === null} error="This is not such an object">
        <TextArea id="muster-oncall-text" rows={10} placeholder={EXAMPLE} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
      {isChecked && run.data !== undefined && (
        <ImportReport summary={`Would be taken over: ${summaryOf(run.data)}.`} people={run.data.people} remarks={run.data.remarks}>
          {run.data.schedules.length > 0 && <ul aria-label="Schedules">{run.data.schedules.map(({ schedule, name, layers, fate }) => <li key={schedule}>{`${name} (${amount(layers, 'layer', 'layers')}): ${FATE_WORDS[fate]}`}</li>)}</ul>}
          <ChainReport found={run.data} fateWords={FATE_WORDS} />
        </ImportReport>
      )}
    </DialogForm>
  );
}
