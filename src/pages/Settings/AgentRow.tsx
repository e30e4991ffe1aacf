import { css } from '@emotion/css';
import { useId, useState } from 'react';
import type { GrafanaTheme2, IconName } from '@grafana/data';
import { Button, Icon, useStyles2 } from '@grafana/ui';
import type { Agent } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { AGENT_STATE_LABELS } from '../../model/agents.ts';
import { testIds } from '../../testIds.ts';
import { AgentPermits } from './AgentPermits.tsx';
import { getListStyles } from './listStyles.ts';

const STATE_ICONS: Readonly<Record<Agent['state'], IconName>> = { online: 'check-circle', offline: 'exclamation-triangle', never: 'clock-nine', revoked: 'lock' };

interface Props {
  agent: Agent;
  /** Left out: this person may not. */
  onRotate?: () => void;
  onRevoke?: () => void;
}

/** One agent: how it is, what it permits, and what can be done with it. */
export function AgentRow({ agent, onRotate, onRevoke }: Props) {
  const styles = useStyles2(getListStyles);
  const own = useStyles2(getStyles, agent.state);
  const [open, setOpen] = useState(false);
  const permitsId = useId();
  const labels = Object.entries(agent.labels).map(([name, value]) => `${name}=${value}`);
  return (
    <li className={styles.row} data-testid={testIds.settings.agent}>
      <div className={styles.words}>
        <div>
          <span className={own.state}>
            <Icon key={agent.state} name={STATE_ICONS[agent.state]} size="sm" aria-hidden />
            {AGENT_STATE_LABELS[agent.state]}
          </span>{' '}
          <strong>{agent.name}</strong> {labels.length > 0 && <code>{labels.join(', ')}</code>}
        </div>
        <div className={styles.dim}>
          {agent.lastSeenAt === null ? (
            'never seen'
          ) : (
            <>
              last seen <Instant at={agent.lastSeenAt} />
            </>
          )}
          {agent.version !== null && ` · version ${agent.version}`} · {agent.running === 0 ? 'nothing to do' : agent.running === 1 ? '1 order under way' : `${agent.running} orders under way`} · token …{agent.tokenHint} · added by {agent.createdBy}
        </div>
        <div id={permitsId} hidden={!open}>
          {open && <AgentPermits agent={agent} />}
        </div>
      </div>
      <Button size="sm" variant="secondary" fill="text" icon={open ? 'angle-down' : 'angle-right'} aria-expanded={open} aria-controls={permitsId} aria-label={`What ${agent.name} permits`} onClick={() => setOpen(!open)}>
        Permits
      </Button>
      {onRotate !== undefined && (
        <Button size="sm" variant="secondary" fill="outline" aria-label={`New token for ${agent.name}`} onClick={onRotate}>
          New token
        </Button>
      )}
      {onRevoke !== undefined && agent.state !== 'revoked' && (
        <Button size="sm" variant="secondary" fill="text" aria-label={`Revoke ${agent.name}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2, state: Agent['state']) => ({
  state: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    color: state === 'online' ? theme.colors.success.text : state === 'offline' ? theme.colors.warning.text : theme.colors.text.secondary,
    whiteSpace: 'nowrap',
  }),
});
