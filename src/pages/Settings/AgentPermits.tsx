import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Agent } from '#contract';

/** What the allow-list of an agent permits, as it told last. */
export function AgentPermits({ agent }: { agent: Agent }) {
  const styles = useStyles2(getStyles);
  if (agent.commands.length === 0 && agent.kubernetes.length === 0) {
    return <p className={styles.dim}>{agent.version === null ? 'It tells what it permits when it connects for the first time.' : 'Nothing: its allow-list is empty.'}</p>;
  }
  return (
    <div className={styles.box}>
      {agent.commands.length > 0 && (
        <ul className={styles.list} aria-label={`Commands of ${agent.name}`}>
          {agent.commands.map((command) => (
            <li key={command.name}>
              <code>
                {[command.name, ...command.args.map(({ name, type, required }) => (required ? `${name}: ${type}` : `[${name}: ${type}]`))].join(' ')}
              </code>{' '}
              {command.description} <span className={styles.dim}>· {command.repeatable ? 'may be repeated' : 'done once'}</span>
            </li>
          ))}
        </ul>
      )}
      {agent.kubernetes.length > 0 && (
        <ul className={styles.list} aria-label={`Kubernetes rules of ${agent.name}`}>
          {agent.kubernetes.map((rule) => (
            <li key={rule}>
              Kubernetes: <code>{rule}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), paddingTop: theme.spacing(0.5) }),
  list: css({ margin: 0, paddingLeft: theme.spacing(2), overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, margin: 0 }),
});
