import { Button, Checkbox, Stack, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { Rehearsal, RehearsalHop } from '#contract';
import { useRehearsals, useStartRehearsal } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RehearsalHops } from '../../components/RehearsalHops.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { NotificationSettingsForm } from './NotificationSettingsForm.tsx';
import { getStyles } from './styles.ts';

const STATE_LABELS: Readonly<Record<Rehearsal['state'], string>> = { running: 'Under way', passed: 'Every way works', failed: 'Some ways do not work' };

/** Whether every channel of every chain, and every address of people, works, tried before it is needed. */
export function RehearsalsTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const rehearsals = useRehearsals();
  const start = useStartRehearsal();
  const [people, setPeople] = useState(false);
  return (
    <section>
      <p className={styles.dim}>A rehearsal sends a test over every channel of every chain.</p>
      {can('startRehearsal') && (
        <Stack gap={2} alignItems="center" wrap="wrap">
          <Button icon="play" size="sm" disabled={start.isPending} onClick={() => start.mutate(people, { onSuccess: () => toast.done('Rehearsal started'), onError: (error) => toast.failed(error) })}>Rehearse now</Button>
          <Checkbox label="People too" description="Every proven address of everybody who may be called; who has quiet hours is left alone" value={people} onChange={(event) => setPeople(event.currentTarget.checked)} />
        </Stack>
      )}
      <QueryView query={rehearsals} loading={<Skeleton rows={2} height={64} />}>
        {(items) => items.length === 0 ? <p className={styles.dim}>No rehearsal yet.</p> : <ul className={styles.list}>{items.map((rehearsal) => <RehearsalCard key={rehearsal.id} rehearsal={rehearsal} />)}</ul>}
      </QueryView>
      {can('getNotificationSettings') && <NotificationSettingsForm />}
    </section>
  );
}

function RehearsalCard({ rehearsal }: { rehearsal: Rehearsal }) {
  const styles = useStyles2(getStyles);
  const groups = Map.groupBy(rehearsal.hops, ({ chain, person }) => (person === null ? `Chain ${chain ?? ''}` : person.name));
  const counts = (state: RehearsalHop['state']): number => rehearsal.hops.filter((hop) => hop.state === state).length;
  // What works is no news: long reports begin with what does not.
  const isShort = rehearsal.hops.length <= 6;
  const shown = [...groups].filter(([, hops]) => isShort || hops.some(({ state }) => state === 'failed' || state === 'waiting'));
  const others = [...groups].filter((group) => !shown.includes(group));
  return (
    <li className={styles.card} data-testid={testIds.channels.rehearsal}>
      <div className={styles[rehearsal.state === 'passed' ? 'good' : rehearsal.state === 'failed' ? 'bad' : 'unknown']}>{STATE_LABELS[rehearsal.state]}</div>
      <div className={styles.dim}>
        Started <Instant at={rehearsal.startedAt} /> by {rehearsal.startedBy}
        {rehearsal.hops.length > 0 && ` · ${counts('passed')} of ${rehearsal.hops.length} work${counts('skipped') > 0 ? `, ${counts('skipped')} not tried` : ''}`}
      </div>
      {rehearsal.hops.length === 0 && <div className={styles.dim}>No chain has a channel.</div>}
      {shown.map((group) => <Group key={group[0]} group={group} />)}
      {others.length > 0 && <details><summary>{`${others.length} more without a fault`}</summary>{others.map((group) => <Group key={group[0]} group={group} />)}</details>}
    </li>
  );
}

function Group({ group: [name, hops] }: { group: readonly [string, readonly RehearsalHop[]] }) {
  return (
    <div>
      <strong>{name}</strong>
      <RehearsalHops label={name} hops={hops} />
    </div>
  );
}
