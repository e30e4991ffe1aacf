import { useState } from 'react';
import { Button, Stack } from '@grafana/ui';
import { declarePolicy as schema, DEFAULT_USUAL, type DeclarePolicy, type ResponseOf } from '#contract';
import { usePutDeclarePolicy } from '../../api/useIncidentSettings.ts';
import { useCan } from '../../api/useMe.ts';
import { NumberField } from '../../components/NumberField.tsx';
import { PointsField } from '../../components/PointsField.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { movedUp } from '../../model/declareRules.ts';
import { DeclareRuleEditor } from './DeclareRuleEditor.tsx';
import { ProvisionedNotice, SaveBar } from './SaveBar.tsx';

const WEIGHTS = [
  ['confidence', 'Weight of confidence'], ['breadth', 'Weight of breadth'], ['severity', 'Weight of severity'], ['business', 'Weight of business impact'],
] as const;

/** Rules first, then the score. */
export function DeclarePolicyEditor({ document }: { document: ResponseOf<'getDeclarePolicy'> }) {
  const can = useCan();
  const mayEdit = can('putDeclarePolicy') && !document.provisioned;
  const toast = useToast();
  const put = usePutDeclarePolicy();
  const { version, provisioned, ...saved } = document;
  const [draft, setDraft] = useState<DeclarePolicy>(saved);
  const [open, setOpen] = useState<number | null>(null);
  const checked = schema.safeParse(draft);
  const disabled = !mayEdit;

  const usual = draft.usual ?? DEFAULT_USUAL;

  function setRules(rules: DeclarePolicy['rules']): void {
    setDraft({ ...draft, rules });
  }

  return (
    <Stack direction="column" gap={2}>
      {provisioned && <ProvisionedNotice />}
      <div>
        {draft.rules.map((rule, at) => (
          <DeclareRuleEditor
            key={at}
            id={`muster-rule-${at}`}
            rule={rule}
            canEdit={mayEdit}
            isFirst={at === 0}
            isOpen={open === at}
            onToggle={() => setOpen(open === at ? null : at)}
            onChange={(next) => setRules(draft.rules.map((other, place) => (place === at ? next : other)))}
            onUp={() => setRules(movedUp(draft.rules, at))}
            onRemove={() => setRules(draft.rules.filter((_rule, place) => place !== at))}
          />
        ))}
        {mayEdit && (
          <Button
            variant="secondary"
            icon="plus"
            onClick={() => {
              setRules([...draft.rules, { name: `Rule ${draft.rules.length + 1}`, outcome: 'declare', severity: 'sev1' }]);
              setOpen(draft.rules.length);
            }}
          >
            Add rule
          </Button>
        )}
      </div>
      <Stack gap={2} wrap="wrap">
        <PointsField id="muster-declare-from" label="Declare from score" description="Points of 100. Empty: only rules declare." disabled={disabled} value={draft.declareFrom ?? undefined} onChange={(value) => setDraft({ ...draft, declareFrom: value ?? null })} />
        <PointsField id="muster-propose-from" label="Propose from score" description="Points of 100. Below it a group is ignored." disabled={disabled} value={draft.proposeFrom} onChange={(value) => setDraft({ ...draft, proposeFrom: value ?? 0 })} />
        <NumberField id="muster-full-breadth" label="Services of full breadth" min={1} disabled={disabled} value={draft.fullBreadthServices} onChange={(value) => setDraft({ ...draft, fullBreadthServices: value ?? 1 })} />
        <NumberField id="muster-expiry" label="Candidates expire after" description="Minutes without a new alert." min={5} disabled={disabled} value={draft.candidateExpiryMinutes} onChange={(value) => setDraft({ ...draft, candidateExpiryMinutes: value ?? 5 })} />
      </Stack>
      <Stack gap={2} wrap="wrap">
        {WEIGHTS.map(([key, label]) => (
          <PointsField key={key} id={`muster-weight-${key}`} label={label} disabled={disabled} value={draft.weights[key]} onChange={(value) => setDraft({ ...draft, weights: { ...draft.weights, [key]: value ?? 0 } })} />
        ))}
      </Stack>
      <div>How usual an incident is, beside similar incidents: a kind that came often lately is frequent, one that came at all rare, any other never seen before.</div>
      <Stack gap={2} wrap="wrap">
        <PointsField id="muster-usual-kind" label="Of the same kind from" description="Similarity, points of 100." disabled={disabled} value={usual.sameKind} onChange={(value) => setDraft({ ...draft, usual: { ...usual, sameKind: value ?? 0 } })} />
        <NumberField id="muster-usual-days" label="Days looked back" min={1} disabled={disabled} value={usual.days} onChange={(value) => setDraft({ ...draft, usual: { ...usual, days: value ?? 1 } })} />
        <NumberField id="muster-usual-frequent" label="Frequent from" description="Earlier incidents of the kind." min={1} disabled={disabled} value={usual.frequentFrom} onChange={(value) => setDraft({ ...draft, usual: { ...usual, frequentFrom: value ?? 1 } })} />
      </Stack>
      {mayEdit && (
        <SaveBar
          what="policy"
          isChanged={JSON.stringify(draft) !== JSON.stringify(saved)}
          isValid={checked.success}
          isBusy={put.isPending}
          error={put.error}
          onSave={() => put.mutate({ version, body: draft }, { onSuccess: () => toast.done('Policy saved. It holds for the next alert.') })}
          onDiscard={() => setDraft(saved)}
        />
      )}
    </Stack>
  );
}
