import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, Field, useStyles2 } from '@grafana/ui';
import { incidentNumber, type RunbookInput } from '#contract';
import { useIncidentList } from '../../api/useIncidents.ts';
import { useDryRun } from '../../api/useRunbooks.ts';
import { DryRunView } from '../../components/runs/DryRunView.tsx';
import { InputFields } from '../../components/runs/InputFields.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { inputsToSend, type GivenInputs } from '../../model/runInputs.ts';

const REST_MS = 600;

/** What the text in the editor would do for an incident of choice; follows the typing. Nothing is sent. */
export function DryRunPane({ source, inputs }: { source: string; inputs: readonly RunbookInput[] }) {
  const styles = useStyles2(getStyles);
  const incidents = useIncidentList({ phase: 'all', sort: 'newest', limit: 200 });
  const [incident, setIncident] = useState<number | null>(null);
  const [values, setValues] = useState<GivenInputs>({});
  const rested = useDebounced(source, REST_MS);
  const given = useDebounced(values, REST_MS);
  const result = useDryRun(rested.trim() === '' ? null : { source: rested, inputs: inputsToSend(inputs, given), ...(incident === null ? {} : { incident: incidentNumber.parse(incident) }) });
  return (
    <div className={styles.pane}>
      <Field noMargin label="Played for" description="A past or present incident; it is not touched." htmlFor="muster-dry-run-incident">
        <Combobox
          id="muster-dry-run-incident"
          isClearable
          placeholder="No incident"
          options={(incidents.data?.items ?? []).map(({ number, key, title }) => ({ value: Number(number), label: `${key} ${title}` }))}
          value={incident}
          onChange={(option: { value: number } | null) => setIncident(option?.value ?? null)}
        />
      </Field>
      {inputs.length > 0 && <InputFields inputs={inputs} values={values} onChange={setValues} filledFrom="Filled in from the incident" showFaults={false} />}
      <div aria-live="polite">
        <QueryView query={result} loading={<Skeleton rows={4} height={56} />}>
          {(data) => <DryRunView result={data} />}
        </QueryView>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ pane: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }) });
