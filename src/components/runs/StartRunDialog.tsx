import { useState, type FormEvent } from 'react';
import { Alert, Button, Modal, Stack } from '@grafana/ui';
import { incidentKey, type CallOf, type JsonValue, type Run, type Runbook } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useCan } from '../../api/useMe.ts';
import { useDryRun, useRunbook, type DryRunBody } from '../../api/useRunbooks.ts';
import { useStartRun } from '../../api/useRuns.ts';
import { useToast } from '../../hooks/useToast.ts';
import { initialInputs, inputFault, inputsToSend } from '../../model/runInputs.ts';
import { QueryView } from '../QueryView.tsx';
import { Skeleton } from '../Skeleton.tsx';
import { DryRunView } from './DryRunView.tsx';
import { InputFields } from './InputFields.tsx';

interface Props {
  runbook: string;
  title: string;
  /** Incident that it is run for. */
  incident?: number;
  /** It is among the runbooks that are suggested for the incident. */
  isSuggested?: boolean;
  /** What a trigger wrote down when it suggested it, for a warning. */
  record?: string;
  /** Inputs that are known already. */
  known?: Readonly<Record<string, JsonValue>>;
  /** What the dashboard shows, when it is started from there. */
  panel?: NonNullable<CallOf<'startRun'>['body']>['panel'];
  onStarted: (run: Run) => void;
  onClose: () => void;
}

/** Inputs of a run, what it would do, and the start. */
export function StartRunDialog(props: Props) {
  const runbook = useRunbook(props.runbook);
  return (
    <Modal title={`Run: ${props.title}`} isOpen onDismiss={props.onClose}>
      <QueryView query={runbook} loading={<Skeleton rows={3} height={48} />}>
        {(data) => <Form key={data.id} {...props} data={data} />}
      </QueryView>
    </Modal>
  );
}

function Form({ data, incident, isSuggested = false, record, known = {}, panel, onStarted, onClose }: Props & { data: Runbook }) {
  const can = useCan();
  const toast = useToast();
  const start = useStartRun();
  const [values, setValues] = useState(() => initialInputs(data.inputs, known));
  const [touched, setTouched] = useState(false);
  const [tried, setTried] = useState<DryRunBody | null>(null);
  const dryRun = useDryRun(tried);
  const isValid = data.inputs.every((input) => inputFault(input, values[input.name]) === null);
  const inputs = inputsToSend(data.inputs, values);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTouched(true);
    if (!isValid || start.isPending) return;
    start.mutate(
      { runbook: data.id, body: { inputs, start: panel !== undefined ? 'panel' : isSuggested ? 'suggestion' : 'page', ...(incident === undefined ? {} : { incident }), ...(record === undefined ? {} : { record }), ...(panel === undefined ? {} : { panel }) } },
      {
        onSuccess: (run) => {
          toast.done(`Started: ${run.title}`);
          onStarted(run);
        },
      }
    );
  }

  return (
    <form onSubmit={submit}>
      <Stack direction="column" gap={2}>
        {data.description !== '' && <span>{data.description}</span>}
        <span>
          {data.steps} {data.steps === 1 ? 'step' : 'steps'}, version {data.liveVersion ?? 'none'}
          {incident === undefined ? ', for no incident' : `, for ${incidentKey(incident)}`}.
        </span>
        <InputFields inputs={data.inputs} values={values} onChange={setValues} filledFrom={panel !== undefined ? 'Filled in from the dashboard' : record !== undefined ? 'Filled in from the warning' : 'Filled in from the incident'} showFaults={touched} />
        {tried !== null && <QueryView query={dryRun}>{(result) => <DryRunView result={result} />}</QueryView>}
        {start.error !== null && (
          <Alert severity="error" title={adviseOn(start.error).title}>
            {adviseOn(start.error).advice}
          </Alert>
        )}
        <Stack gap={1} justifyContent="flex-end" wrap="wrap">
          <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
            Back
          </Button>
          {can('dryRunRunbook') && (
            <Button type="button" variant="secondary" icon="eye" onClick={() => setTried({ runbook: data.id, inputs, ...(incident === undefined ? {} : { incident }) })}>
              Show what it would do
            </Button>
          )}
          <Button type="submit" icon="play" disabled={start.isPending || data.liveVersion === null}>
            Run
          </Button>
        </Stack>
      </Stack>
    </form>
  );
}
