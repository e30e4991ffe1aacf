import { Button, EmptyState, Switch, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { AlertSummary } from '#contract';
import { useLooseAlerts } from '../../api/useAlerts.ts';
import { AlertDrawer } from '../../components/AlertDrawer/index.ts';
import { AlertStatusText } from '../../components/AlertStatusText.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { asSentence } from '../../model/noise.ts';
import { testIds } from '../../testIds.ts';
import { AlertRow, getAlertListStyles } from './AlertRow.tsx';

/** Alerts that correlation looked at and left outside, each with the reason in plain words. */
export function LooseAlertsTab() {
  const styles = useStyles2(getAlertListStyles);
  const [words, setWords] = useState('');
  const [past, setPast] = useState(false);
  const [open, setOpen] = useState<AlertSummary['id'] | null>(null);
  const list = useLooseAlerts({ status: past ? 'all' : 'firing', ...(words.trim() === '' ? {} : { q: words }) });
  return (
    <div className={styles.tab}>
      <div className={styles.filters}>
        <SearchInput value={words} onChange={setWords} placeholder="Search alerts" width={32} />
        <label className={styles.past} htmlFor="muster-loose-past">
          <Switch id="muster-loose-past" value={past} onChange={() => setPast(!past)} />
          Those that are over too
        </label>
        <span className={styles.dim} aria-live="polite">
          {list.data === undefined ? '' : told(list.data.pages[0]?.total ?? 0)}
        </span>
      </div>
      <QueryView query={list} loading={<Skeleton rows={6} height={56} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <EmptyState variant={words.trim() === '' ? 'completed' : 'not-found'} message={words.trim() === '' ? 'No alert stands alone' : 'No such alert'}>
              {words.trim() === '' ? 'Whatever fires is in an incident, or is held back.' : 'Nothing outside of incidents matches the search.'}
            </EmptyState>
          ) : (
            <ul className={styles.list}>
              {items.map((alert) => (
                <AlertRow
                  key={alert.id}
                  alert={alert}
                  testId={testIds.noise.looseRow}
                  onOpen={() => setOpen(alert.id)}
                  times={
                    <>
                      <div><AlertStatusText status={alert.status} /></div>
                      <div className={styles.dim}>since <Instant at={alert.startsAt} /></div>
                    </>
                  }
                >
                  <div className={styles.dim}>{alert.whyNot === null ? 'No reason was noted.' : asSentence(`${alert.whyNot.reason.summary}.`)}</div>
                </AlertRow>
              ))}
            </ul>
          );
        }}
      </QueryView>
      {list.hasNextPage && (
        <Button className={styles.more} variant="secondary" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Load more
        </Button>
      )}
      {open !== null && <AlertDrawer id={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function told(total: number): string {
  return `${total.toLocaleString()} ${total === 1 ? 'alert' : 'alerts'}`;
}
