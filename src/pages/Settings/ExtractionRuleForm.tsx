import { useState } from 'react';
import { Combobox, Field, InlineSwitch, Input } from '@grafana/ui';
import { createRuleBody, EXTRACTION_SOURCES, type CallOf, type ExtractionRule } from '#contract';
import { useSaveRule } from '../../api/useDerivation.ts';
import { DialogForm } from '../../components/DialogForm.tsx';

const SOURCE_LABELS: Readonly<Record<(typeof EXTRACTION_SOURCES)[number], string>> = { name: 'Alert name', summary: 'Summary', label: 'A label', annotation: 'An annotation' };

/** A pattern whose named groups become labels. */
export function ExtractionRuleForm({ rule, onClose }: { rule: ExtractionRule | null; onClose: () => void }) {
  const save = useSaveRule();
  const [draft, setDraft] = useState<CallOf<'createExtractionRule'>['body']>(
    rule === null ? { id: '', name: '', from: 'summary', pattern: '' } : { id: rule.id, name: rule.name, enabled: rule.enabled, from: rule.from, field: rule.field, pattern: rule.pattern }
  );
  const set = (change: Partial<typeof draft>): void => setDraft({ ...draft, ...change });
  const checked = createRuleBody.safeParse(draft);
  return (
    <DialogForm
      title={rule === null ? 'Add extraction rule' : `Edit ${rule.name}`}
      confirmText="Save"
      canConfirm={checked.success && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() => save.mutate({ version: rule?.version ?? null, body: draft }, { onSuccess: onClose })}
    >
      <Field noMargin required label="Name">
        <Input id="muster-rule-name" autoFocus value={draft.name} onChange={(event) => set({ name: event.currentTarget.value, ...(rule === null ? { id: idOf(event.currentTarget.value) } : {}) })} />
      </Field>
      <Field noMargin label="Reads" htmlFor="muster-rule-from">
        <Combobox id="muster-rule-from" options={EXTRACTION_SOURCES.map((value) => ({ value, label: SOURCE_LABELS[value] }))} value={draft.from} onChange={({ value }) => set({ from: value })} />
      </Field>
      {(draft.from === 'label' || draft.from === 'annotation') && (
        <Field noMargin required label={`Which ${draft.from}`}>
          <Input id="muster-rule-field" value={draft.field ?? ''} onChange={(event) => set({ field: event.currentTarget.value })} />
        </Field>
      )}
      <Field noMargin required label="Pattern" description="RE2 syntax. Each named group becomes a label: on (?P<host>[a-z]+-\d+)">
        <Input id="muster-rule-pattern" value={draft.pattern} onChange={(event) => set({ pattern: event.currentTarget.value })} />
      </Field>
      <InlineSwitch label="In use" showLabel value={draft.enabled ?? true} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
    </DialogForm>
  );
}

/** A short id from a name. */
export function idOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 40).replaceAll(/^-+|-+$/g, '');
}
