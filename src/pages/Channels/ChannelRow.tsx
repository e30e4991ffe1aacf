import { Badge, Button, Icon, useStyles2 } from '@grafana/ui';
import type { IconName } from '@grafana/data';
import type { ChannelSummary } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { judgeChannel } from '../../model/channels.ts';
import type { Verdict } from '../../model/health.ts';
import { testIds } from '../../testIds.ts';
import { getStyles } from './styles.ts';

const ICONS: Readonly<Record<Verdict['tone'], IconName>> = { good: 'check-circle', warning: 'exclamation-triangle', bad: 'exclamation-circle', unknown: 'question-circle' };

interface Props {
  channel: ChannelSummary;
  onEdit?: () => void;
  onTest?: () => void;
  onRemove?: () => void;
}

/** One channel: what it is, how it does, what waits for it. */
export function ChannelRow({ channel, onEdit, onTest, onRemove }: Props) {
  const styles = useStyles2(getStyles);
  const { health } = channel;
  const verdict = judgeChannel(channel);
  return (
    <li className={styles.row} data-testid={testIds.channels.row}>
      <div className={styles.words}>
        <div>
          <span className={styles.name}>{channel.name}</span> <span className={styles.dim}>{channel.id} · {channel.kind}</span> {channel.provisioned && <Badge color="blue" text="From a file" />}
        </div>
        <div className={styles[verdict.tone]}>
          <Icon name={ICONS[verdict.tone]} aria-hidden /> {verdict.text} · {Math.round(health.score * 100)} of 100
          {health.restsUntil !== null && (
            <>
              {' '}
              · tried again <Instant at={health.restsUntil} />
            </>
          )}
        </div>
        <div className={styles.dim}>
          {health.lastSuccessAt === null ? 'Nothing arrived yet' : <>Last arrived <Instant at={health.lastSuccessAt} /></>}
          {health.waiting > 0 && <> · {health.waiting.toLocaleString()} waiting{health.waitingCritical > 0 ? `, ${health.waitingCritical} of them critical` : ''}</>}
          {health.lastFailureAt !== null && (
            <>
              {' '}
              · last failed <Instant at={health.lastFailureAt} />: {health.lastFailure}
            </>
          )}
        </div>
      </div>
      {onTest !== undefined && (
        <Button size="sm" variant="secondary" aria-label={`Test ${channel.name}`} onClick={onTest}>
          Test
        </Button>
      )}
      {onEdit !== undefined && (
        <Button size="sm" variant="secondary" aria-label={`${channel.provisioned ? 'Show' : 'Edit'} ${channel.name}`} onClick={onEdit}>
          {channel.provisioned ? 'Show' : 'Edit'}
        </Button>
      )}
      {onRemove !== undefined && (
        <Button size="sm" variant="destructive" fill="text" aria-label={`Remove ${channel.name}`} onClick={onRemove}>
          Remove
        </Button>
      )}
    </li>
  );
}
