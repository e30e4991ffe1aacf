import { useState } from 'react';
import { Alert, Button, Field, Input, Modal, Stack } from '@grafana/ui';
import { agentName, type ResponseOf } from '#contract';
import { useCreateAgent } from '../../api/useAgents.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { agentFile, agentStart, parseAgentLabels } from '../../model/agents.ts';
import { testIds } from '../../testIds.ts';

export type IssuedAgent = ResponseOf<'createAgent'>;

interface AddProps {
  taken: readonly string[];
  onCreated: (issued: IssuedAgent) => void;
  onClose: () => void;
}

/** An agent that is to come: its name and labels. */
export function AddAgentDialog({ taken, onCreated, onClose }: AddProps) {
  const create = useCreateAgent();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const labels = parseAgentLabels(text);
  const nameFault =
    name === '' ? null : taken.includes(name) ? 'There is one of this name already; give it a new token instead.' : agentName.safeParse(name).success ? null : 'Use lower-case letters, digits and dashes, 60 at most; no dash at either end.';
  return (
    <DialogForm
      title="Add agent"
      confirmText="Add"
      canConfirm={name !== '' && nameFault === null && labels !== null && !create.isPending}
      error={create.error}
      onClose={onClose}
      onConfirm={() => labels !== null && create.mutate({ name, labels }, { onSuccess: onCreated })}
    >
      <Field noMargin required label="Name" description="As steps name it." invalid={nameFault !== null} error={nameFault ?? ''}>
        <Input id="muster-agent-name" autoFocus maxLength={60} autoComplete="off" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Labels" description="A step may name one instead, such as site=north: any agent that carries it and is there takes the work." invalid={labels === null} error="Write them as name=value, with commas between; each name once.">
        <Input id="muster-agent-labels" maxLength={2000} autoComplete="off" placeholder="site=north, tier=db" value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}

/** The one moment in which the token of an agent can be read, with what is to be put beside it. */
export function IssuedAgentModal({ issued, onClose }: { issued: IssuedAgent; onClose: () => void }) {
  return (
    <Modal title={`Token of ${issued.agent.name}`} isOpen closeOnBackdropClick={false} onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        <Alert severity="warning" title="Copy it now. It is not shown again." />
        <CopyBlock text={issued.token} label="token" testId={testIds.settings.issuedToken} />
        <div>The file of the agent. Put in the address of Muster, and the commands that it is to permit.</div>
        <CopyBlock text={agentFile()} label="file of the agent" />
        <div>Then save the token beside it and start the agent, where the systems are. It needs no open port.</div>
        <CopyBlock text={agentStart()} label="start command" />
        <Stack justifyContent="flex-end">
          <Button onClick={onClose}>I have copied it</Button>
        </Stack>
      </Stack>
    </Modal>
  );
}
