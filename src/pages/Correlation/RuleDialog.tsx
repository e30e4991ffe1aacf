import { css } from '@emotion/css';
import { useState } from 'react';
import { Field, Input, Stack, TagsInput, TextArea } from '@grafana/ui';
import { correlationRule, SEVERITIES, type CorrelationRule, type RuleSeverity, type RuleWindow } from '#contract';
import type { ApiError } from '../../api/apiError.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { describeWindow, WINDOW_KINDS, WINDOW_LABELS } from '../../model/correlationRules.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { shortNameFrom } from '../../model/shortName.ts';

interface Props {
  /** Null: a new one. */
  rule: CorrelationRule | null;
  /** Ids of the other rules. */
  taken: readonly string[];
  busy: boolean;
  error: ApiError | null;
  onSave: (rule: CorrelationRule) => void;
  onClose: () => void;
}

const NEW_RULE: CorrelationRule = {
  id: '', name: '', enabled: true, condition: '', groupBy: ['service'], window: { kind: 'sliding', seconds: 600 }, minAlerts: 2, minServices: 1, severity: { kind: 'highest' },
};

const SEVERITY_KINDS = ['highest', 'fixed', 'expression'] as const satisfies readonly RuleSeverity['kind'][];
const SEVERITY_KIND_LABELS: Readonly<Record<RuleSeverity['kind'], string>> = { highest: 'As its worst alert', fixed: 'Always the same', expression: 'By an expression' };

function severityOf(kind: RuleSeverity['kind']): RuleSeverity {
  switch (kind) {
    case 'highest':
      return { kind };
    case 'fixed':
      return { kind, severity: 'sev2' };
    case 'expression':
      return { kind, expression: 'alerts >= 20 ? "sev1" : worst' };
  }
}

/** Which alerts, what they must agree in, how many in which time, and how grave that is. */
export function RuleDialog({ rule, taken, busy, error, onSave, onClose }: Props) {
  const [draft, setDraft] = useState<CorrelationRule>(rule ?? NEW_RULE);
  const edited = rule === null ? { ...draft, id: shortNameFrom(draft.name) } : draft;
  const checked = correlationRule.safeParse(edited);
  const isTaken = taken.includes(edited.id);
  const faultOf = (field: string): string | undefined => {
    const told = error?.fields.find((fault) => fault.field.endsWith(`.${field}`))?.message;
    return told ?? (checked.success ? undefined : checked.error.issues.find(({ path }) => path[0] === field)?.message);
  };
  const set = (part: Partial<CorrelationRule>): void => setDraft({ ...draft, ...part });
  const setWindow = (part: Partial<RuleWindow>): void => set({ window: { ...draft.window, ...part } });

  return (
    <DialogForm
      title={rule === null ? 'Add rule' : `Edit ${rule.name}`}
      confirmText="Save into the draft"
      canConfirm={checked.success && !isTaken && !busy}
      error={error}
      onClose={onClose}
      onConfirm={() => checked.success && onSave(checked.data)}
    >
      <Field noMargin required label="Name" invalid={isTaken} error="Another rule has this name.">
        <Input id="muster-rule-name" autoFocus maxLength={100} placeholder="Database cluster" value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} />
      </Field>
      <Field
        noMargin
        required
        label="Which alerts"
        description="A CEL condition over name, summary, severity, rank (1 is worst), service, team, environment, cluster and labels."
        invalid={draft.condition !== '' && faultOf('condition') !== undefined}
        error={faultOf('condition')}
      >
        <TextArea
          id="muster-rule-condition"
          rows={3}
          className={code}
          placeholder={'name.startsWith("Database") && environment == "prod"'}
          value={draft.condition}
          onChange={(event) => set({ condition: event.currentTarget.value })}
        />
      </Field>
      <Field
        noMargin
        label="That agree in"
        description="Fields or labels (labels.pod); an alert that lacks one is left out. Type one and press Enter."
        invalid={faultOf('groupBy') !== undefined}
        error={faultOf('groupBy')}
      >
        <TagsInput id="muster-rule-group-by" tags={draft.groupBy} onChange={(groupBy) => set({ groupBy })} placeholder="service" />
      </Field>
      <Field noMargin label="In time" description={describeWindow(draft.window)}>
        <Stack gap={1} wrap="wrap">
          <Choice label="Window" size="sm" options={WINDOW_KINDS} labels={WINDOW_LABELS} value={draft.window.kind} onChange={(kind) => setWindow({ kind })} />
          <Input
            id="muster-rule-seconds"
            aria-label="Seconds"
            type="number"
            width={14}
            min={10}
            max={86_400}
            suffix="s"
            value={draft.window.seconds}
            onChange={(event) => setWindow({ seconds: event.currentTarget.valueAsNumber })}
          />
        </Stack>
      </Field>
      <Stack gap={2} wrap="wrap">
        <Field noMargin label="At least alerts" invalid={faultOf('minAlerts') !== undefined} error={faultOf('minAlerts')}>
          <Input id="muster-rule-min-alerts" type="number" width={14} min={1} value={draft.minAlerts} onChange={(event) => set({ minAlerts: event.currentTarget.valueAsNumber })} />
        </Field>
        <Field noMargin label="From at least services" invalid={faultOf('minServices') !== undefined} error={faultOf('minServices')}>
          <Input id="muster-rule-min-services" type="number" width={14} min={1} value={draft.minServices} onChange={(event) => set({ minServices: event.currentTarget.valueAsNumber })} />
        </Field>
      </Stack>
      <Field noMargin label="Severity of the incident">
        <Stack direction="column" gap={1}>
          <Choice
            label="Severity of the incident"
            size="sm"
            options={SEVERITY_KINDS}
            labels={SEVERITY_KIND_LABELS}
            value={draft.severity.kind}
            onChange={(kind) => set({ severity: severityOf(kind) })}
          />
          {draft.severity.kind === 'fixed' && (
            <Choice label="Severity" size="sm" options={SEVERITIES} labels={SEVERITY_LABELS} value={draft.severity.severity} onChange={(severity) => set({ severity: { kind: 'fixed', severity } })} />
          )}
          {draft.severity.kind === 'expression' && (
            <Field
              noMargin
              label="Expression"
              description="CEL over alerts, services, worst and rank that gives sev1 to sev5."
              invalid={faultOf('expression') !== undefined || faultOf('severity') !== undefined}
              error={faultOf('expression') ?? faultOf('severity')}
            >
              <TextArea
                id="muster-rule-severity"
                rows={2}
                className={code}
                value={draft.severity.expression}
                onChange={(event) => set({ severity: { kind: 'expression', expression: event.currentTarget.value } })}
              />
            </Field>
          )}
        </Stack>
      </Field>
    </DialogForm>
  );
}

const code = css({ fontFamily: 'monospace' });
