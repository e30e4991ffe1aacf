import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, EmptyState, Stack, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { MyShift, Swap } from '#contract';
import { useCan, useMe } from '../../api/useMe.ts';
import { useAnswerSwap, useMyShifts, useMySwaps } from '../../api/useOnCall.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { FeedDialog } from './FeedDialog.tsx';
import { HandOverDialog } from './HandOverDialog.tsx';
import { namesText, spanText } from './shiftWords.ts';
import { SwapDialog } from './SwapDialog.tsx';

/** The asker's next shifts, and requests to swap: theirs, and those that they may answer. */
export function MyShiftsTab() {
  const styles = useStyles2(getStyles);
  const shifts = useMyShifts();
  const swaps = useMySwaps();
  const me = useMe();
  const own = me.data?.user.key;
  return (
    <Stack direction="column" gap={3}>
      <QueryView query={swaps}>
        {({ items }) => {
          const incoming = items.filter((swap) => swap.requestedBy.key !== own);
          const outgoing = items.filter((swap) => swap.requestedBy.key === own);
          return (
            <>
              {incoming.length > 0 && <section aria-label="Asked of you"><h2 className={styles.title}>Asked of you</h2><ul className={styles.list}>{incoming.map((swap) => <SwapRow key={swap.id} swap={swap} mine={false} named={swap.asked?.key === own} />)}</ul></section>}
              {outgoing.length > 0 && <section aria-label="Your requests"><h2 className={styles.title}>Your requests</h2><ul className={styles.list}>{outgoing.map((swap) => <SwapRow key={swap.id} swap={swap} mine named={false} />)}</ul></section>}
            </>
          );
        }}
      </QueryView>
      <section aria-label="Next shifts">
        <h2 className={styles.title}>Next shifts</h2>
        <QueryView query={shifts}>
          {({ shifts: items }) => items.length === 0
            ? <EmptyState variant="completed" message="No shift within the next 60 days" />
            : <ul className={styles.list}>{items.map((shift) => <ShiftRow key={`${shift.schedule.id} ${shift.startsAt}`} shift={shift} />)}</ul>}
        </QueryView>
      </section>
    </Stack>
  );
}

function ShiftRow({ shift }: { shift: MyShift }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [open, setOpen] = useState<'swap' | 'note' | 'feed' | null>(null);
  const running = Date.parse(shift.startsAt) <= Date.now();
  return (
    <li className={styles.row} data-testid={testIds.onCall.myShift}>
      <div className={styles.words}>
        <Stack gap={1} alignItems="center" wrap="wrap"><strong>{spanText(shift)}</strong>{running && <Badge color="green" text="now" />}{shift.origin.kind === 'override' && <Badge color="purple" text="override" />}</Stack>
        <div>{shift.schedule.name}{shift.with.length > 0 && `, with ${namesText(shift.with)}`}</div>
      </div>
      <Stack gap={1} wrap="wrap">
        {can('requestSwap') && <Button size="sm" variant="secondary" onClick={() => setOpen('swap')}>Ask for a swap</Button>}
        {running && <Button size="sm" variant="secondary" onClick={() => setOpen('note')}>Hand-over note</Button>}
        {can('getScheduleFeed') && <Button size="sm" variant="secondary" icon="calendar-alt" aria-label={`Calendar of ${shift.schedule.name}`} tooltip="As a calendar" onClick={() => setOpen('feed')} />}
      </Stack>
      {open === 'swap' && <SwapDialog shift={shift} onClose={() => setOpen(null)} />}
      {open === 'note' && <HandOverDialog schedule={shift.schedule} onClose={() => setOpen(null)} />}
      {open === 'feed' && <FeedDialog schedule={shift.schedule} onClose={() => setOpen(null)} />}
    </li>
  );
}

function SwapRow({ swap, mine, named }: { swap: Swap; mine: boolean; named: boolean }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const answer = useAnswerSwap();
  const say = (how: 'acceptSwap' | 'declineSwap' | 'withdrawSwap', done: string): void =>
    answer.mutate({ how, id: swap.id, version: swap.version }, { onSuccess: () => toast.done(done), onError: (error) => toast.failed(error) });
  return (
    <li className={styles.row} data-testid={testIds.onCall.swap}>
      <div className={styles.words}>
        <strong>{spanText(swap)}</strong>
        <div>{swap.schedule.name}, {mine ? `asked of ${swap.asked?.name ?? 'whoever takes it'}` : `asked by ${swap.requestedBy.name}`}</div>
        {swap.inReturn !== null && <div>In return for {spanText(swap.inReturn)}</div>}
        {swap.message !== '' && <div className={styles.dim}>{swap.message}</div>}
      </div>
      <Stack gap={1} wrap="wrap">
        {!mine && can('acceptSwap') && <Button size="sm" disabled={answer.isPending} onClick={() => say('acceptSwap', 'The shift is yours')}>Take the shift</Button>}
        {named && can('declineSwap') && <Button size="sm" variant="secondary" disabled={answer.isPending} onClick={() => say('declineSwap', 'Declined')}>Decline</Button>}
        {mine && can('withdrawSwap') && <Button size="sm" variant="secondary" disabled={answer.isPending} onClick={() => say('withdrawSwap', 'The request is taken back')}>Take back</Button>}
      </Stack>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 1) }),
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
