import { Field, Stack, TagsInput, TextArea } from '@grafana/ui';
import type { AlertScope } from '#contract';
import { MatcherRows } from './MatcherRows.tsx';

interface Props {
  /** Tells two scopes of one form apart. */
  id: string;
  scope: AlertScope;
  onChange: (scope: AlertScope) => void;
}

/** Which alerts are meant: by service, environment, labels, or a condition. */
export function ScopeEditor({ id, scope, onChange }: Props) {
  return (
    <Stack direction="column" gap={2}>
      <Field noMargin label="Services" description="Any of these. Empty: all.">
        <TagsInput addOnBlur id={`${id}-services`} placeholder="Service, then Enter" tags={scope.services} onChange={(services) => onChange({ ...scope, services })} />
      </Field>
      <Field noMargin label="Environments">
        <TagsInput addOnBlur id={`${id}-environments`} placeholder="Environment, then Enter" tags={scope.environments} onChange={(environments) => onChange({ ...scope, environments })} />
      </Field>
      <Field noMargin label="Labels" description="All must hold. =~ and !~ are patterns that fit the whole value.">
        <MatcherRows label="Labels" matchers={scope.matchers} onChange={(matchers) => onChange({ ...scope, matchers })} />
      </Field>
      <Field noMargin label="Condition (CEL)" description={'Optional, for example: rank >= 3 && labels.team == "shop"'}>
        <TextArea
          id={`${id}-condition`}
          rows={2}
          maxLength={2000}
          value={scope.condition ?? ''}
          onChange={(event) => onChange({ ...scope, condition: event.currentTarget.value.trim() === '' ? null : event.currentTarget.value })}
        />
      </Field>
    </Stack>
  );
}
