import { useState } from 'react';
import { Alert, Button, ConfirmModal, Modal, Stack, useStyles2 } from '@grafana/ui';
import type { Agent, ResponseOf } from '#contract';
import { useAgents, useRevokeAgent, useRotateAgentToken } from '../../api/useAgents.ts';
import { useCan } from '../../api/useMe.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { AddAgentModal } from './AddAgentModal.tsx';
import { AgentRow } from './AgentRow.tsx';
import { getListStyles } from './listStyles.ts';

/** Programs that run commands and calls to Kubernetes where the systems are. */
export function AgentsTab() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const agents = useAgents();
  const rotate = useRotateAgentToken();
  const revoke = useRevokeAgent();
  const [adding, setAdding] = useState(false);
  const [issued, setIssued] = useState<ResponseOf<'createAgent'> | null>(null);
  const [toRotate, setToRotate] = useState<Agent | null>(null);
  const [toRevoke, setToRevoke] = useState<Agent | null>(null);
  return (
    <section>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <h3 className={styles.title}>Agents</h3>
        {can('createAgent') && (
          <Button size="sm" variant="secondary" icon="plus" onClick={() => setAdding(true)}>
            Add agent
          </Button>
        )}
      </Stack>
      <p className={styles.dim}>
        An agent runs where your systems are, calls Muster by itself, and does only what its own file permits. What it permits is shown here and changed there.
      </p>
      <QueryView query={agents} loading={<Skeleton rows={3} height={64} />}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>No agents. Steps of the kinds command and Kubernetes need one.</span>
          ) : (
            <ul className={styles.list}>
              {items.map((agent) => (
                <AgentRow key={agent.name} agent={agent} onRotate={() => setToRotate(agent)} onRevoke={() => setToRevoke(agent)} />
              ))}
            </ul>
          )
        }
      </QueryView>
      {adding && (
        <AddAgentModal
          taken={(agents.data ?? []).map(({ name }) => name)}
          onClose={() => setAdding(false)}
          onCreated={(created) => {
            setAdding(false);
            setIssued(created);
          }}
        />
      )}
      {issued !== null && (
        <Modal title={`Token of ${issued.agent.name}`} isOpen closeOnBackdropClick={false} onDismiss={() => setIssued(null)}>
          <Stack direction="column" gap={2}>
            <Alert severity="warning" title="Copy it now. It is not shown again." />
            <CopyBlock text={issued.token} label="token" testId={testIds.settings.issuedToken} />
            <span>Put it into the file that <code>tokenFile</code> names, or start the agent with it:</span>
            <CopyBlock text={`MUSTER_AGENT_TOKEN='${issued.token}' node backend/main.ts agent --config agent.yaml`} label="start command" />
            <Stack justifyContent="flex-end">
              <Button onClick={() => setIssued(null)}>I have copied it</Button>
            </Stack>
          </Stack>
        </Modal>
      )}
      {toRotate !== null && (
        <ConfirmModal
          isOpen
          title={`New token for ${toRotate.name}`}
          body={toRotate.state === 'revoked' ? 'It is let in again, with the new token.' : 'Its present token ends at once: the agent is cut off until it is started with the new one. What it is doing then may end as unknown.'}
          confirmText="Issue"
          onDismiss={() => setToRotate(null)}
          onConfirm={() => rotate.mutate(toRotate.name, { onSuccess: setIssued, onError: (error) => toast.failed(error), onSettled: () => setToRotate(null) })}
        />
      )}
      {toRevoke !== null && (
        <ConfirmModal
          isOpen
          title={`Revoke ${toRevoke.name}`}
          body={`It is let in no more, from its next request on.${toRevoke.running > 0 ? ' What it is doing now ends as unknown, and a person has to look.' : ''} Steps that ask for it fail.`}
          confirmText="Revoke"
          onDismiss={() => setToRevoke(null)}
          onConfirm={() => revoke.mutate(toRevoke.name, { onSuccess: () => toast.done(`Revoked: ${toRevoke.name}`), onError: (error) => toast.failed(error), onSettled: () => setToRevoke(null) })}
        />
      )}
    </section>
  );
}
