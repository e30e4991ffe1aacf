import { Field, Input, Stack, Switch, TagsInput } from '@grafana/ui';
import type { NoiseRuleBody } from '#contract';
import { Choice } from '../../components/Choice.tsx';
import { ScopeEditor } from '../../components/ScopeEditor.tsx';
import { fromLocalField, toLocalField } from '../../model/schedule.ts';

interface Props {
  rule: NoiseRuleBody;
  onChange: (rule: NoiseRuleBody) => void;
}

interface NumberProps {
  id: string;
  label: string;
  description?: string;
  value: number;
  onChange: (value: number) => void;
}

function NumberField({ id, label, description, value, onChange }: NumberProps) {
  return (
    <Field noMargin label={label} {...(description === undefined ? {} : { description })}>
      <Input id={id} type="number" min={0} width={16} value={Number.isNaN(value) ? '' : value} onChange={(event) => onChange(event.currentTarget.valueAsNumber)} />
    </Field>
  );
}

const FORMS = ['topology', 'matchers'] as const;
const FORM_LABELS = { topology: 'What its service depends on', matchers: 'Labels of another alert' } as const;

/** The fields that only one kind of rule has. */
export function RuleFields({ rule, onChange }: Props) {
  switch (rule.kind) {
    case 'suppression':
      return (
        <>
          <Field noMargin required label="Reason" description="Shown with every alert that it hides.">
            <Input id="muster-rule-reason" maxLength={500} value={rule.reason} onChange={(event) => onChange({ ...rule, reason: event.currentTarget.value })} />
          </Field>
          <Stack gap={2} wrap="wrap">
            <NumberField id="muster-rule-warn" label="Warn above so many hidden SEV1" value={rule.warnSev1Above} onChange={(warnSev1Above) => onChange({ ...rule, warnSev1Above })} />
            <Field noMargin label="Ends at (optional)">
              <Input
                id="muster-rule-expires"
                type="datetime-local"
                value={rule.expiresAt === null ? '' : toLocalField(Date.parse(rule.expiresAt))}
                onChange={(event) => onChange({ ...rule, expiresAt: fromLocalField(event.currentTarget.value) })}
              />
            </Field>
          </Stack>
        </>
      );
    case 'hold':
      return (
        <Stack gap={2} wrap="wrap">
          <NumberField id="muster-rule-seconds" label="Wait (seconds)" value={rule.seconds} onChange={(seconds) => onChange({ ...rule, seconds })} />
          <Field noMargin label="Let SEV1 wait too">
            <Switch id="muster-rule-sev1" value={rule.includeSev1} onChange={() => onChange({ ...rule, includeSev1: !rule.includeSev1 })} />
          </Field>
        </Stack>
      );
    case 'threshold':
      return (
        <>
          <Stack gap={2} wrap="wrap">
            <NumberField id="muster-rule-count" label="Act on so many" value={rule.count} onChange={(count) => onChange({ ...rule, count })} />
            <NumberField id="muster-rule-within" label="within (seconds)" value={rule.withinSeconds} onChange={(withinSeconds) => onChange({ ...rule, withinSeconds })} />
          </Stack>
          <Field noMargin label="Counted apart by" description="Labels, or service, cluster, environment. Empty: each alert by itself.">
            <TagsInput addOnBlur id="muster-rule-group" tags={rule.groupBy} onChange={(groupBy) => onChange({ ...rule, groupBy })} />
          </Field>
        </>
      );
    case 'inhibition':
      return (
        <>
          <Field noMargin label="Explained by">
            <Choice label="Explained by" options={FORMS} labels={FORM_LABELS} value={rule.form} onChange={(form) => onChange({ ...rule, form })} size="sm" />
          </Field>
          {rule.form === 'topology' && <NumberField id="muster-rule-hops" label="At most so many steps away" value={rule.maxHops} onChange={(maxHops) => onChange({ ...rule, maxHops })} />}
          <Field noMargin label="Must be alike" description="Labels, or service, cluster, environment.">
            <TagsInput addOnBlur id="muster-rule-equal" tags={rule.equal} onChange={(equal) => onChange({ ...rule, equal })} />
          </Field>
          <fieldset>
            <legend>The alert that explains</legend>
            <ScopeEditor id="muster-rule-source" scope={rule.source} onChange={(source) => onChange({ ...rule, source })} />
          </fieldset>
        </>
      );
    case 'flapping':
      return (
        <Stack gap={2} wrap="wrap">
          <NumberField id="muster-rule-changes" label="More changes than" value={rule.changes} onChange={(changes) => onChange({ ...rule, changes })} />
          <NumberField id="muster-rule-within" label="within (seconds)" value={rule.withinSeconds} onChange={(withinSeconds) => onChange({ ...rule, withinSeconds })} />
          <NumberField id="muster-rule-stable" label="Stable for (seconds)" value={rule.stableSeconds} onChange={(stableSeconds) => onChange({ ...rule, stableSeconds })} />
        </Stack>
      );
  }
}
