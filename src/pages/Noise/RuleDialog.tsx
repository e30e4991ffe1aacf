import { Field, Input, Stack } from '@grafana/ui';
import { useState } from 'react';
import { NOISE_RULE_KINDS, noiseRuleBody, type NoiseRule, type NoiseRuleBody } from '#contract';
import { useSaveNoiseRule } from '../../api/useNoise.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { ScopeEditor } from '../../components/ScopeEditor.tsx';
import { ScopePreview } from '../../components/ScopePreview.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { newRule, RULE_KIND_LABELS, RULE_KIND_MEANINGS } from '../../model/noise.ts';
import { RuleFields } from './RuleFields.tsx';

interface Props {
  known: NoiseRule | null;
  onClose: () => void;
}

/** A rule, with what its scope would have meant in the last 24 hours beside it. */
export function RuleDialog({ known, onClose }: Props) {
  const save = useSaveNoiseRule();
  const toast = useToast();
  const [draft, setDraft] = useState<NoiseRuleBody>(known?.rule ?? newRule('suppression', ''));
  return (
    <DialogForm
      title={known === null ? 'Add noise rule' : `Edit ${known.rule.name}`}
      confirmText={known === null ? 'Add rule' : 'Save'}
      canConfirm={noiseRuleBody.safeParse(draft).success && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() =>
        save.mutate({ known, body: draft }, {
          onSuccess: () => {
            toast.done(`${draft.name}: saved. It holds from now on.`);
            onClose();
          },
        })
      }
    >
      <Stack direction="column" gap={2}>
        {known === null && (
          <Field noMargin label="What shall it do?" description={RULE_KIND_MEANINGS[draft.kind]}>
            <Choice label="Kind" options={NOISE_RULE_KINDS} labels={RULE_KIND_LABELS} value={draft.kind} onChange={(kind) => setDraft({ ...newRule(kind, draft.name), scope: draft.scope })} size="sm" />
          </Field>
        )}
        <Field noMargin required label="Name">
          <Input id="muster-rule-name" autoFocus maxLength={200} value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
        </Field>
        <RuleFields rule={draft} onChange={setDraft} />
        <ScopeEditor id="muster-rule" scope={draft.scope} onChange={(scope) => setDraft({ ...draft, scope })} />
        <ScopePreview scope={draft.scope} />
      </Stack>
    </DialogForm>
  );
}
