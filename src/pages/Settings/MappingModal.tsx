import { css } from '@emotion/css';
import { useState, type ReactNode } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, IconButton, Input, TagsInput, TextArea, useStyles2 } from '@grafana/ui';
import type { GenericMapping, Source } from '#contract';
import { checkDraft, NEW_MAPPING, toDraft, type FieldDraft, type LabelDraft, type MappingDraft } from '../../model/genericMappingDraft.ts';
import { MappingPreviewView } from './MappingPreviewView.tsx';
import { RuleForm } from './RuleForm.tsx';

const SAMPLE = '{\n  "title": "DiskFull",\n  "status": "open",\n  "severity": "critical",\n  "service": "payments-db"\n}';
const OTHERWISE: ReadonlyArray<{ value: GenericMapping['status']['otherwise']; label: string }> = [
  { value: 'fault', label: 'Keep as dead letter' },
  { value: 'firing', label: 'Firing' },
  { value: 'resolved', label: 'Resolved' },
];

type PathField = 'alerts' | 'status' | 'startsAt' | 'endsAt';
type ValueField = 'name' | 'summary' | 'description' | 'link';

interface FieldWords<F> {
  readonly field: F;
  readonly label: string;
  readonly description: string;
}

const ALERTS: FieldWords<PathField> = { field: 'alerts', label: 'Alerts', description: '$ when the body is one alert; $.alerts[*] when it holds a list.' };
const STATUS: FieldWords<PathField> = { field: 'status', label: 'Status', description: 'Where the word stands that says firing or resolved.' };
const NAME: FieldWords<ValueField> = {
  field: 'name', label: 'Name', description: 'Path in the alert (@.title) or in the body ($.title); any other text is a constant, and so is what follows a =.',
};
const TIMES: ReadonlyArray<FieldWords<PathField>> = [
  { field: 'startsAt', label: 'Start', description: 'Only a time that stays the same while the alert fires. Empty: the time of receipt, until it is resolved.' },
  { field: 'endsAt', label: 'End', description: 'Empty: the time of receipt of the resolve.' },
];
const VALUES: ReadonlyArray<FieldWords<ValueField>> = [
  { field: 'summary', label: 'Summary', description: 'What people read first.' },
  { field: 'description', label: 'Description', description: 'More of it, in the details of the alert.' },
  { field: 'link', label: 'Link', description: 'The way back to the sender.' },
];

/** How the JSON of a sender becomes alerts, tried at once on a pasted payload. */
export function MappingModal({ source, onClose }: { source: Source; onClose: () => void }) {
  const styles = useStyles2(getStyles);
  const stored = source.rules.mapping;
  const [draft, setDraft] = useState<MappingDraft>(stored === null ? NEW_MAPPING : toDraft(stored));
  const [sample, setSample] = useState(SAMPLE);
  const checked = checkDraft(draft);
  const faultOf = (field: string) => (checked.ok ? undefined : checked.faults.find((fault) => fault.field === field || fault.field.startsWith(`${field}.`))?.message);

  function path({ field, label, description }: FieldWords<PathField>) {
    const fault = faultOf(field);
    return (
      <Field key={field} noMargin label={label} description={description} invalid={fault !== undefined} error={fault}>
        <Input id={`muster-map-${field}`} value={draft[field]} onChange={(event) => setDraft({ ...draft, [field]: event.currentTarget.value })} />
      </Field>
    );
  }

  function value({ field, label, description }: FieldWords<ValueField>) {
    const fault = faultOf(field);
    const { from, fallback } = draft[field];
    const set = (change: Partial<FieldDraft>) => setDraft({ ...draft, [field]: { from, fallback, ...change } });
    return (
      <Field key={field} noMargin label={label} htmlFor={`muster-map-${field}`} description={description} invalid={fault !== undefined} error={fault}>
        <Pair>
          <Input id={`muster-map-${field}`} value={from} onChange={(event) => set({ from: event.currentTarget.value })} />
          <Input id={`muster-map-${field}-default`} aria-label={`${label} when it is missing`} placeholder="or else" value={fallback} onChange={(event) => set({ fallback: event.currentTarget.value })} />
        </Pair>
      </Field>
    );
  }

  function setLabel(index: number, change: Partial<LabelDraft>): void {
    setDraft({ ...draft, labels: draft.labels.map((label, place) => (place === index ? { ...label, ...change } : label)) });
  }

  return (
    <RuleForm source={source} title={`Mapping of ${source.name}`} rules={checked.ok ? { mapping: checked.mapping } : null} done={'Mapping saved. It holds from now on; kept payloads can be replayed under Dead letters.'} confirmText="Save mapping" onClose={onClose}>
      <Field noMargin label="A payload as the sender posts it" description="Paste one. It is used for the preview only.">
        <TextArea id="muster-map-sample" rows={7} value={sample} onChange={(event) => setSample(event.currentTarget.value)} />
      </Field>
      <MappingPreviewView body={checked.ok ? { mapping: checked.mapping, sample, source: source.id } : null} />
      {path(ALERTS)}
      {value(NAME)}
      {path(STATUS)}
      <Field noMargin label="Words for firing">
        <TagsInput addOnBlur id="muster-map-firing" placeholder="Word, then Enter" tags={[...draft.firing]} onChange={(firing) => setDraft({ ...draft, firing })} />
      </Field>
      <Field noMargin label="Words for resolved">
        <TagsInput addOnBlur id="muster-map-resolved" placeholder="Word, then Enter" tags={[...draft.resolved]} onChange={(resolved) => setDraft({ ...draft, resolved })} />
      </Field>
      <Field noMargin label="Any other word, or none" htmlFor="muster-map-otherwise">
        <Combobox id="muster-map-otherwise" options={[...OTHERWISE]} value={draft.otherwise} onChange={({ value }) => setDraft({ ...draft, otherwise: value })} />
      </Field>
      <fieldset className={styles.labels}>
        <legend className={styles.legend}>Labels: name, path or constant, and what stands in when it is missing</legend>
        {draft.labels.map((label, index) => {
          const fault = faultOf(`labels.${label.name}`);
          return (
            <div key={index}>
              <div className={styles.row}>
                <Input aria-label={`Name of label ${index + 1}`} width={16} value={label.name} onChange={(event) => setLabel(index, { name: event.currentTarget.value })} />
                <Input aria-label={`Path of label ${index + 1}`} width={24} value={label.from} onChange={(event) => setLabel(index, { from: event.currentTarget.value })} />
                <Input aria-label={`Default of label ${index + 1}`} width={14} placeholder="left out" value={label.fallback} onChange={(event) => setLabel(index, { fallback: event.currentTarget.value })} />
                <IconButton name="trash-alt" tooltip={`Remove ${label.name}`} onClick={() => setDraft({ ...draft, labels: draft.labels.filter((_, place) => place !== index) })} />
              </div>
              {fault !== undefined && <div className={styles.fault}>{fault}</div>}
            </div>
          );
        })}
        <Button type="button" size="sm" variant="secondary" icon="plus" onClick={() => setDraft({ ...draft, labels: [...draft.labels, { name: '', from: '@.', fallback: '' }] })}>
          Add label
        </Button>
      </fieldset>
      <Field
        noMargin
        label="What makes it the same alert"
        description="Labels, alertname among them. Leave out what changes while it fires."
        invalid={faultOf('identity') !== undefined}
        error={faultOf('identity')}
      >
        <TagsInput addOnBlur id="muster-map-identity" placeholder="Label, then Enter" tags={[...draft.identity]} onChange={(identity) => setDraft({ ...draft, identity })} />
      </Field>
      {TIMES.map(path)}
      {VALUES.map(value)}
    </RuleForm>
  );
}

/** Takes none of what a Field hands to its input. */
function Pair({ children }: { children: ReactNode }) {
  return <div className={useStyles2(getStyles).pair}>{children}</div>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  labels: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(1), border: 0, margin: 0, padding: 0 }),
  legend: css({ fontSize: theme.typography.bodySmall.fontSize, fontWeight: theme.typography.fontWeightMedium, margin: theme.spacing(0, 0, 0.5) }),
  pair: css({ display: 'grid', gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 1fr)', gap: theme.spacing(1) }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  fault: css({ color: theme.colors.error.text, fontSize: theme.typography.bodySmall.fontSize }),
});
