import { Button, Stack, useStyles2 } from '@grafana/ui';
import { useMyRehearsal, useRehearseMine } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { RehearsalHops } from '../../components/RehearsalHops.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { getListStyles } from '../Settings/listStyles.ts';

/** Sends a test to every address of mine, and says which arrived. */
export function MyRehearsal() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const last = useMyRehearsal({ enabled: can('getMyRehearsal') });
  const start = useRehearseMine();
  const isRunning = last.data?.state === 'running';
  if (!can('rehearseMyContacts')) return null;
  return (
    <section>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <h3 className={styles.title}>Does it work?</h3>
        <Button size="sm" variant="secondary" icon="play" disabled={start.isPending || isRunning} onClick={() => start.mutate(undefined, { onSuccess: () => toast.done('A test is on its way to each of your addresses'), onError: (error) => toast.failed(error) })}>
          Try my addresses
        </Button>
      </Stack>
      {last.data == null ? <p className={styles.dim}>Not tried yet. A test goes to every proven address, also in quiet hours.</p> : (
        <div aria-live="polite">
          <p className={styles.dim}>{isRunning ? 'Under way since' : 'Last tried'} <Instant at={last.data.startedAt} /></p>
          <RehearsalHops label="How my addresses did" hops={last.data.hops} />
        </div>
      )}
    </section>
  );
}
