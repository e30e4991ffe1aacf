import { useState } from 'react';
import { Button, ConfirmModal, useStyles2 } from '@grafana/ui';
import type { ChannelSummary } from '#contract';
import { useChannels, useDeleteChannel } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { ChannelDialog } from './ChannelDialog.tsx';
import { ChannelRow } from './ChannelRow.tsx';
import { getStyles } from './styles.ts';
import { TestDialog } from './TestDialog.tsx';

interface Asked {
  readonly what: 'edit' | 'test' | 'remove';
  readonly channel: ChannelSummary;
}

/** Channels and how they do. */
export function ChannelsTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const channels = useChannels();
  const remove = useDeleteChannel();
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = (): void => setAsked(null);
  return (
    <section>
      {can('createChannel') && (
        <Button icon="plus" size="sm" data-testid={testIds.channels.add} onClick={() => setAdding(true)}>
          Add channel
        </Button>
      )}
      <QueryView query={channels} loading={<Skeleton rows={4} height={56} />}>
        {(items) =>
          items.length === 0 ? (
            <p className={styles.dim}>No channels yet. Muster can tell nobody outside these pages.</p>
          ) : (
            <ul className={styles.list}>
              {items.map((channel) => (
                <ChannelRow
                  key={channel.id}
                  channel={channel}
                  {...(can('editChannel') && can('getChannel') ? { onEdit: () => setAsked({ what: 'edit', channel }) } : {})}
                  {...(can('testChannel') ? { onTest: () => setAsked({ what: 'test', channel }) } : {})}
                  {...(can('deleteChannel') && !channel.provisioned ? { onRemove: () => setAsked({ what: 'remove', channel }) } : {})}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      {adding && <ChannelDialog channel={null} onClose={() => setAdding(false)} />}
      {asked?.what === 'edit' && <ChannelDialog channel={asked.channel.id} onClose={close} />}
      {asked?.what === 'test' && <TestDialog channel={asked.channel} onClose={close} />}
      {asked?.what === 'remove' && (
        <ConfirmModal
          isOpen
          title={`Remove ${asked.channel.name}`}
          body="Its settings and secrets are forgotten. This works only while no chain, contact point or waiting message uses it."
          confirmText="Remove"
          onDismiss={close}
          onConfirm={() => remove.mutate({ id: asked.channel.id, version: asked.channel.version }, { onSuccess: () => toast.done(`Removed: ${asked.channel.name}`), onError: (error) => toast.failed(error), onSettled: close })}
        />
      )}
    </section>
  );
}
