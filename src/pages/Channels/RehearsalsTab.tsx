import { Button, useStyles2 } from '@grafana/ui';
import type { Rehearsal, RehearsalHop } from '#contract';
import { useRehearsals, useStartRehearsal } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { NotificationSettingsForm } from './NotificationSettingsForm.tsx';
import { getStyles } from './styles.ts';

const STATE_LABELS: Readonly<Record<Rehearsal['state'], string>> = { running: 'Under way', passed: 'Every way works', failed: 'Some ways do not work' };
const HOP_LABELS: Readonly<Record<RehearsalHop['state'], string>> = { waiting: 'waits', passed: 'works', failed: 'does not work' };

/** Whether every channel of every chain works, tried before it is needed. */
export function RehearsalsTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const rehearsals = useRehearsals();
  const start = useStartRehearsal();
  return (
    <section>
      <p className={styles.dim}>A rehearsal sends a test over every channel of every chain.</p>
      {can('startRehearsal') && <Button icon="play" size="sm" disabled={start.isPending} onClick={() => start.mutate(undefined, { onSuccess: () => toast.done('Rehearsal started'), onError: (error) => toast.failed(error) })}>Rehearse now</Button>}
      <QueryView query={rehearsals} loading={<Skeleton rows={2} height={64} />}>
        {(items) =>
          items.length === 0 ? <p className={styles.dim}>No rehearsal yet.</p> : (
            <ul className={styles.list}>
              {items.map((rehearsal) => (
                <li key={rehearsal.id} className={styles.card} data-testid={testIds.channels.rehearsal}>
                  <div className={styles[rehearsal.state === 'passed' ? 'good' : rehearsal.state === 'failed' ? 'bad' : 'unknown']}>{STATE_LABELS[rehearsal.state]}</div>
                  <div className={styles.dim}>Started <Instant at={rehearsal.startedAt} /> by {rehearsal.startedBy}</div>
                  {rehearsal.hops.length === 0 && <div className={styles.dim}>No chain has a channel.</div>}
                  <ul className={styles.list}>
                    {rehearsal.hops.map((hop) => <li key={`${hop.chain}-${hop.channel}`}>{hop.chain}: {hop.channel} {HOP_LABELS[hop.state]}{hop.milliseconds === null ? '' : ` (${hop.milliseconds.toLocaleString()} ms)`}{hop.detail === null ? '' : `: ${hop.detail}`}</li>)}
                  </ul>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {can('getNotificationSettings') && <NotificationSettingsForm />}
    </section>
  );
}
