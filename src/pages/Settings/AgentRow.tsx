import { Badge, Button, useStyles2 } from '@grafana/ui';
import type { Agent } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { testIds } from '../../testIds.ts';
import { getListStyles } from './listStyles.ts';

const STATES = {
  online: { text: 'Online', color: 'green' },
  offline: { text: 'Offline', color: 'red' },
  never: { text: 'Never connected', color: 'orange' },
  revoked: { text: 'Revoked', color: 'darkgrey' },
} as const;

interface Props {
  agent: Agent;
  onRotate: () => void;
  onRevoke: () => void;
}

/** `restart(service, mode?)`, as a step may call it. */
function callOf({ name, args }: Agent['commands'][number]): string {
  return `${name}(${args.map((arg) => `${arg.name}${arg.required ? '' : '?'}`).join(', ')})`;
}

/** One agent: whether it is there, and what its file permits. */
export function AgentRow({ agent, onRotate, onRevoke }: Props) {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const { text, color } = STATES[agent.state];
  const labels = Object.entries(agent.labels);
  return (
    <li className={styles.row} data-testid={testIds.settings.agent}>
      <div className={styles.words}>
        <div>
          <strong>{agent.name}</strong> <Badge text={text} color={color} /> {labels.map(([name, value]) => <Badge key={name} text={`${name}=${value}`} color="blue" />)}
        </div>
        <div className={styles.dim}>
          {agent.lastSeenAt === null ? (
            'was never heard'
          ) : (
            <>
              last seen <Instant at={agent.lastSeenAt} />
            </>
          )}
          {agent.version !== null && ` · version ${agent.version}`} · token <code>…{agent.tokenHint}</code>
          {agent.running > 0 && ` · ${agent.running} ${agent.running === 1 ? 'order' : 'orders'} under way`}
        </div>
        {agent.commands.map((command) => (
          <div key={command.name} className={styles.dim}>
            <code>{callOf(command)}</code> {command.description}
            {command.repeatable && ' · done again when an agent is lost'}
          </div>
        ))}
        {agent.kubernetes.map((rule) => (
          <div key={rule} className={styles.dim}>
            Kubernetes: {rule}
          </div>
        ))}
        {agent.commands.length + agent.kubernetes.length === 0 && agent.state !== 'never' && <div className={styles.dim}>Its file permits nothing.</div>}
      </div>
      {can('rotateAgentToken') && (
        <Button size="sm" variant="secondary" fill="outline" aria-label={`New token for ${agent.name}`} onClick={onRotate}>
          New token
        </Button>
      )}
      {can('revokeAgent') && agent.state !== 'revoked' && (
        <Button size="sm" variant="secondary" fill="text" aria-label={`Revoke ${agent.name}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </li>
  );
}
