import { useState } from 'react';
import { Combobox, Field, Switch, TagsInput } from '@grafana/ui';
import { editSourceBody, SEVERITIES, type Mapping, type Severity, type Source } from '#contract';
import { useEditSource } from '../../api/useSources.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { SeverityValues } from './SeverityValues.tsx';

const AS_EVERYWHERE = 'everywhere';
/** The table is edited as part of a mapping; nothing else of it counts here. */
const EMPTY: Mapping = { severityLabels: [], severityValues: {}, defaultSeverity: 'sev3', serviceLabels: [], teamLabels: [], environmentLabels: [], clusterLabels: [] };

/** Severities of this source's own words, looked at before those of the organisation. */
export function SourceSeverityModal({ source, onClose }: { source: Source; onClose: () => void }) {
  const edit = useEditSource();
  const toast = useToast();
  const stored = source.rules.severity;
  const [version] = useState(source.version);
  const [own, setOwn] = useState(stored !== null);
  const [labels, setLabels] = useState<string[]>(stored?.labels ?? []);
  const [table, setTable] = useState<Mapping>({ ...EMPTY, severityValues: stored?.values ?? {} });
  const [otherwise, setOtherwise] = useState<Severity | null>(stored?.otherwise ?? null);
  const body = { rules: { severity: own ? { labels, values: table.severityValues, otherwise } : null } };

  return (
    <DialogForm
      title={`Severities of ${source.name}`}
      confirmText="Save"
      canConfirm={editSourceBody.safeParse(body).success && !edit.isPending}
      error={edit.error}
      onClose={onClose}
      onConfirm={() =>
        edit.mutate(
          { source: source.id, version, body },
          {
            onSuccess: () => {
              toast.done('Saved. It holds for alerts from now on.');
              onClose();
            },
          }
        )
      }
    >
      <Field noMargin label="A table of its own" description="Off: the mapping of the organisation alone. On: these words first, then that mapping.">
        <Switch id="muster-own-severity" value={own} onChange={(event) => setOwn(event.currentTarget.checked)} />
      </Field>
      {own && (
        <>
          <SeverityValues mapping={table} canEdit onChange={setTable} />
          <Field noMargin label="Any other value" htmlFor="muster-own-otherwise">
            <Combobox
              id="muster-own-otherwise"
              options={[{ value: AS_EVERYWHERE, label: 'As in the mapping' }, ...SEVERITIES.map((value) => ({ value: String(value), label: SEVERITY_LABELS[value] }))]}
              value={otherwise ?? AS_EVERYWHERE}
              onChange={({ value }) => setOtherwise(SEVERITIES.find((severity) => severity === value) ?? null)}
            />
          </Field>
          <Field noMargin label="Labels that hold the severity" description="Empty: those of the mapping.">
            <TagsInput id="muster-own-labels" tags={labels} onChange={setLabels} />
          </Field>
        </>
      )}
    </DialogForm>
  );
}
