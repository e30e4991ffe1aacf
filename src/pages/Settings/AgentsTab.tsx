import { useState } from 'react';
import { Button, ConfirmModal, Stack, useStyles2 } from '@grafana/ui';
import type { Agent } from '#contract';
import { useAgents, useRevokeAgent, useRotateAgentToken } from '../../api/useAgents.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { AddAgentDialog, IssuedAgentModal, type IssuedAgent } from './AgentDialogs.tsx';
import { AgentRow } from './AgentRow.tsx';
import { getListStyles } from './listStyles.ts';

interface Asked {
  readonly what: 'rotate' | 'revoke';
  readonly agent: Agent;
}

const AT_WORK = 'What it has in hand is not heard of any more: after 15 s such a step becomes “unknown” and a person decides; one that may be repeated waits until the agent is back, and is done again.';

/** What happens to an agent that works when its token ends. */
function consequencesOf({ what, agent }: Asked): string {
  const atWork = agent.running === 0 ? '' : ` ${AT_WORK}`;
  if (what === 'revoke') return `Its token ends at once, and steps that name it fail.${atWork} A new token lets it in again.`;
  return `${agent.state === 'revoked' ? 'The agent is let in again' : 'The old token ends at once'}: put the new one beside its file, and start the agent anew.${atWork}`;
}

/** Programs that run commands of runbooks where the systems are. */
export function AgentsTab() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const agents = useAgents();
  const rotate = useRotateAgentToken();
  const revoke = useRevokeAgent();
  const [adding, setAdding] = useState(false);
  const [issued, setIssued] = useState<IssuedAgent | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);

  function confirm({ what, agent }: Asked): void {
    const ends = { onError: (error: Parameters<typeof toast.failed>[0]) => toast.failed(error), onSettled: () => setAsked(null) };
    if (what === 'rotate') rotate.mutate(agent.name, { ...ends, onSuccess: setIssued });
    else revoke.mutate(agent.name, { ...ends, onSuccess: () => toast.done(`Revoked: ${agent.name}`) });
  }

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
      <p className={styles.dim}>They run commands and Kubernetes calls of runbooks where the systems are. Each permits what its own file lists, and nothing else; it calls Muster, never the other way.</p>
      <QueryView query={agents} loading={<Skeleton rows={3} height={48} />}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>No agents. Steps of the kinds “command” and “kubernetes” need one.</span>
          ) : (
            <ul className={styles.list}>
              {items.map((agent) => (
                <AgentRow
                  key={agent.name}
                  agent={agent}
                  {...(can('rotateAgentToken') ? { onRotate: () => setAsked({ what: 'rotate', agent }) } : {})}
                  {...(can('revokeAgent') ? { onRevoke: () => setAsked({ what: 'revoke', agent }) } : {})}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      {adding && (
        <AddAgentDialog
          taken={(agents.data ?? []).map(({ name }) => name)}
          onClose={() => setAdding(false)}
          onCreated={(created) => {
            setAdding(false);
            setIssued(created);
          }}
        />
      )}
      {issued !== null && <IssuedAgentModal issued={issued} onClose={() => setIssued(null)} />}
      {asked !== null && (
        <ConfirmModal
          isOpen
          title={asked.what === 'revoke' ? `Revoke ${asked.agent.name}` : `New token for ${asked.agent.name}`}
          body={consequencesOf(asked)}
          confirmText={asked.what === 'revoke' ? 'Revoke' : 'Issue'}
          onDismiss={() => setAsked(null)}
          onConfirm={() => confirm(asked)}
        />
      )}
    </section>
  );
}
