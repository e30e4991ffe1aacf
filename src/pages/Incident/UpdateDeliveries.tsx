import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Delivery, StatusUpdate } from '#contract';
import { useChannels, useRetryDelivery } from '../../api/useChannels.ts';
import { useUpdateDeliveries } from '../../api/useComms.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { DELIVERY_STATE_LABELS } from '../../model/channels.ts';
import { reachedWords } from '../../model/comms.ts';
import { testIds } from '../../testIds.ts';

/** Whom a published update reached, live: in numbers, and one by one what failed or is tried again. */
export function UpdateDeliveries({ update }: { update: StatusUpdate }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const deliveries = useUpdateDeliveries(update.id, { enabled: can('getUpdateDeliveries') });
  const channels = useChannels({ enabled: can('listChannels') && (deliveries.data?.troubled.length ?? 0) > 0 });
  if (deliveries.data === undefined) return null;
  const { troubled, failed } = deliveries.data;
  const words = reachedWords(deliveries.data);
  if (words === null) return null;
  const nameOf = (id: string): string => channels.data?.find((channel) => channel.id === id)?.name ?? id;
  return (
    <div className={styles.block} data-testid={testIds.comms.deliveries}>
      <span className={failed > 0 ? styles.bad : styles.dim} role="status">{words}</span>
      {troubled.length > 0 && (
        <ul className={styles.list} aria-label="What did not arrive">
          {troubled.map((delivery) => (
            <Trouble key={delivery.id} delivery={delivery} nameOf={nameOf} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Trouble({ delivery, nameOf }: { delivery: Delivery; nameOf: (channel: string) => string }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const retry = useRetryDelivery();
  const { recipient, channel, state, hop, hops, error, dueAt } = delivery;
  // Addresses of people outside are not shown.
  const name = recipient.kind === 'channel' ? nameOf(recipient.name) : recipient.name === '' ? 'A subscriber' : recipient.name;
  return (
    <li className={styles.line}>
      <span className={styles.words}>
        <strong>{name}</strong>
        {`: ${DELIVERY_STATE_LABELS[state]}`}
        {channel !== null && recipient.kind !== 'channel' && ` over ${nameOf(channel)}`}
        {hops > 1 && `, way ${hop} of ${hops}`}
        {error !== null && ` (${error})`}
        {state !== 'failed' && dueAt !== null && <>, tried again <Instant at={dueAt} /></>}
      </span>
      {state === 'failed' && can('retryDelivery') && (
        <Button
          size="sm"
          variant="secondary"
          aria-label={`Try again: ${name}`}
          disabled={retry.isPending}
          onClick={() => retry.mutate(delivery.id, { onSuccess: () => toast.done(`Tried again: ${name}`), onError: (problem) => toast.failed(problem) })}
        >
          Try again
        </Button>
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), fontVariantNumeric: 'tabular-nums' }),
  list: css({ listStyle: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), minWidth: 0 }),
  words: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  bad: css({ color: theme.colors.error.text }),
  dim: css({ color: theme.colors.text.secondary }),
});
