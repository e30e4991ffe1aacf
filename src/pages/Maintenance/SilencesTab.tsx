import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Button, EmptyState, Stack, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { Silence, SilenceSync } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useExpireSilence, useSilences, useSilenceSync, useSyncSilences } from '../../api/useSilences.ts';
import { Choice } from '../../components/Choice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useTargetRow } from '../../hooks/useTargetRow.ts';
import { useToast } from '../../hooks/useToast.ts';
import { matchersText } from '../../model/noise.ts';
import { testIds } from '../../testIds.ts';
import { SilenceDialog } from './SilenceDialog.tsx';

const STATES = ['current', 'expired'] as const;
const STATE_LABELS = { current: 'Current', expired: 'Expired' } as const;
const SYNC_LABELS: Readonly<Record<SilenceSync, string>> = { local: 'only in Muster', pending: 'on its way to Grafana', synced: 'also in Grafana', failed: 'refused by Grafana' };
const SYNC_COLORS = { local: 'darkgrey', pending: 'blue', synced: 'green', failed: 'red' } as const;

/** Silences of Muster and of Grafana in one list. */
export function SilencesTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [state, setState] = useState<(typeof STATES)[number]>('current');
  const [editing, setEditing] = useState<Silence | 'new' | null>(null);
  const silences = useSilences(state);
  return (
    <div className={styles.tab}>
      <Stack gap={2} wrap="wrap" alignItems="center">
        {can('createSilence') && (
          <Button icon="bell-slash" onClick={() => setEditing('new')} data-testid={testIds.maintenance.addSilence}>
            New silence
          </Button>
        )}
        <Choice label="Which silences" options={STATES} labels={STATE_LABELS} value={state} onChange={setState} size="sm" />
      </Stack>
      <SyncState />
      <QueryView query={silences} loading={<Skeleton rows={4} height={56} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <EmptyState variant="completed" message={state === 'current' ? 'Nothing is silenced' : 'No silence has expired yet'} />
          ) : (
            <ul className={styles.list}>
              {items.map((silence) => (
                <SilenceRow key={silence.id} silence={silence} onEdit={() => setEditing(silence)} />
              ))}
            </ul>
          );
        }}
      </QueryView>
      {silences.hasNextPage && (
        <Button variant="secondary" disabled={silences.isFetchingNextPage} onClick={() => void silences.fetchNextPage()}>
          Load more
        </Button>
      )}
      {editing !== null && <SilenceDialog known={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

/** Whether Grafana is connected, and what to do when it is not. */
function SyncState() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const status = useSilenceSync();
  const sync = useSyncSilences();
  if (status.data === undefined) {
    return null;
  }
  const { connected, lastReadAt, problem } = status.data;
  if (!connected) {
    return (
      <Alert severity="info" title="Silences are not exchanged with Grafana">
        They hold in Muster only. An admin connects Grafana with a service-account token under Settings, Sources.
      </Alert>
    );
  }
  return (
    <Stack gap={1} alignItems="center" wrap="wrap">
      {problem === null ? (
        <span className={styles.dim}>Read from Grafana {lastReadAt === null ? 'not yet' : <Instant at={lastReadAt} />}.</span>
      ) : (
        <Alert severity="warning" title="Grafana’s silences could not be read">
          {problem}. Those known before still hold until they end; it is tried again every minute.
        </Alert>
      )}
      {can('syncSilences') && (
        <Button size="sm" variant="secondary" icon="sync" disabled={sync.isPending} onClick={() => sync.mutate(undefined, { onError: (error) => toast.failed(error) })}>
          Read now
        </Button>
      )}
    </Stack>
  );
}

function SilenceRow({ silence, onEdit }: { silence: Silence; onEdit: () => void }) {
  const styles = useStyles2(getStyles);
  const { ref, isTarget } = useTargetRow<HTMLLIElement>(silence.id);
  const can = useCan();
  const toast = useToast();
  const expire = useExpireSilence();
  return (
    <li ref={ref} className={cx(styles.row, isTarget && styles.target)} aria-current={isTarget} data-testid={testIds.maintenance.silenceRow}>
      <div className={styles.words}>
        <Stack gap={1} alignItems="center" wrap="wrap">
          <strong>{silence.comment}</strong>
          <Badge color={SYNC_COLORS[silence.sync]} text={silence.origin === 'grafana' ? 'from Grafana' : SYNC_LABELS[silence.sync]} />
          {silence.state === 'pending' && <span className={styles.dim}>begins <Instant at={silence.startsAt} as="clock" /></span>}
        </Stack>
        <code>{matchersText(silence.matchers)}</code>
        <div className={styles.dim}>
          by {silence.createdBy}, {silence.state === 'expired' ? 'ended' : 'until'} <Instant at={silence.endsAt} as="clock" />, {silence.heldBack.toLocaleString()} {silence.heldBack === 1 ? 'alert' : 'alerts'} held back
        </div>
        {silence.problem !== null && <div className={styles.warning}>{silence.problem}</div>}
      </div>
      {silence.state !== 'expired' && can('editSilence') && (
        <Stack gap={1} alignItems="center">
          <Button size="sm" variant="secondary" icon="pen" aria-label={`Edit ${silence.comment}`} onClick={onEdit} />
          <Button size="sm" variant="secondary" disabled={expire.isPending} onClick={() => expire.mutate(silence, { onSuccess: () => toast.done('Silence ended'), onError: (error) => toast.failed(error) })}>
            End now
          </Button>
        </Stack>
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), alignItems: 'flex-start' }),
  list: css({ listStyle: 'none', margin: 0, width: '100%' }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  target: css({ background: theme.colors.action.selected, outline: `${theme.spacing(1)} solid ${theme.colors.action.selected}` }),
  words: css({ flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  warning: css({ color: theme.colors.warning.text }),
});
