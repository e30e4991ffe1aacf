import { useState } from 'react';
import { Field, Input } from '@grafana/ui';
import { createAgentBody, type ResponseOf } from '#contract';
import { useCreateAgent } from '../../api/useAgents.ts';
import { DialogForm } from '../../components/DialogForm.tsx';

interface Props {
  taken: readonly string[];
  onCreated: (created: ResponseOf<'createAgent'>) => void;
  onClose: () => void;
}

/** `site=north, cluster=eu-1` as labels; null when it is something else. */
function labelsIn(text: string): Record<string, string> | null {
  const parts = text.split(',').map((part) => part.trim()).filter((part) => part !== '');
  const pairs = parts.map((part) => /^([^=\s]+)\s*=\s*(\S.*)$/.exec(part));
  return pairs.includes(null) ? null : Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

export function AddAgentModal({ taken, onCreated, onClose }: Props) {
  const create = useCreateAgent();
  const [name, setName] = useState('');
  const [labelText, setLabelText] = useState('');
  const labels = labelsIn(labelText);
  const isTaken = taken.includes(name);
  const isName = createAgentBody.shape.name.safeParse(name).success;
  const body = createAgentBody.safeParse({ name, labels });
  const nameFault = isTaken ? 'There is one of this name already.' : 'Use lower-case letters, digits and dashes.';

  return (
    <DialogForm
      title="Add agent"
      confirmText="Add"
      canConfirm={body.success && !isTaken && !create.isPending}
      error={create.error}
      onClose={onClose}
      onConfirm={() => {
        if (body.success) create.mutate(body.data, { onSuccess: onCreated });
      }}
    >
      <Field noMargin required label="Name" description="Steps of runbooks call it by this name." invalid={name !== '' && (isTaken || !isName)} error={nameFault}>
        <Input id="muster-agent-name" autoFocus maxLength={60} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field
        noMargin
        label="Labels"
        description="A step can ask for a label instead of a name, so that one of several agents does it."
        invalid={labels === null}
        error="Write them as site=north, cluster=eu-1."
      >
        <Input id="muster-agent-labels" placeholder="site=north, cluster=eu-1" value={labelText} onChange={(event) => setLabelText(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
