import { useState } from 'react';
import { Combobox, Field, Switch, TagsInput } from '@grafana/ui';
import { SEVERITIES, type Mapping, type Severity, type Source } from '#contract';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { RuleForm } from './RuleForm.tsx';
import { SeverityValues } from './SeverityValues.tsx';

const AS_EVERYWHERE = 'everywhere';
/** The table is edited as part of a mapping; nothing else of it counts here. */
const EMPTY: Mapping = { severityLabels: [], severityValues: {}, defaultSeverity: 'sev3', serviceLabels: [], teamLabels: [], environmentLabels: [], clusterLabels: [] };

/** Severities of this source's own words, looked at before those of the organisation. */
export function SourceSeverityModal({ source, onClose }: { source: Source; onClose: () => void }) {
  const stored = source.rules.severity;
  const [own, setOwn] = useState(stored !== null);
  const [labels, setLabels] = useState<string[]>(stored?.labels ?? []);
  const [table, setTable] = useState<Mapping>({ ...EMPTY, severityValues: stored?.values ?? {} });
  const [otherwise, setOtherwise] = useState<Severity | null>(stored?.otherwise ?? null);

  return (
    <RuleForm source={source} title={`Severities of ${source.name}`} rules={{ severity: own ? { labels, values: table.severityValues, otherwise } : null }} done={'Saved. It holds for alerts from now on.'} onClose={onClose}>
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
    </RuleForm>
  );
}
