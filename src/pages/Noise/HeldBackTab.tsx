import { Button, EmptyState, FilterPill, Switch, TextLink, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { NOISE_VERDICTS, type HeldBackAlert, type NoiseVerdict } from '#contract';
import { useHeldBack } from '../../api/useNoise.ts';
import { AlertDrawer } from '../../components/AlertDrawer/index.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { asSentence, causeKind, causePath, endingOf, OUTCOME_LABELS, VERDICT_LABELS } from '../../model/noise.ts';
import { testIds } from '../../testIds.ts';
import { AlertRow, getAlertListStyles } from './AlertRow.tsx';

/** Alerts that are held back, each with the reason in plain words. */
export function HeldBackTab() {
  const styles = useStyles2(getAlertListStyles);
  const [verdict, setVerdict] = useState<NoiseVerdict | null>(null);
  const [past, setPast] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const list = useHeldBack({ outcome: past ? 'all' : 'waiting', ...(verdict === null ? {} : { verdict }) });
  return (
    <QueryView query={list} loading={<Skeleton rows={6} height={56} />}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        const counts = pages[0]?.counts;
        return (
          <div className={styles.tab}>
            <div className={styles.filters} role="group" aria-label="Why it is held back">
              {NOISE_VERDICTS.map((value) => (
                <FilterPill
                  key={value}
                  label={`${VERDICT_LABELS[value]} ${counts?.[value] ?? 0}`}
                  selected={verdict === value}
                  onClick={() => setVerdict(verdict === value ? null : value)}
                />
              ))}
              <label className={styles.past} htmlFor="muster-held-past">
                <Switch id="muster-held-past" value={past} onChange={() => setPast(!past)} />
                Earlier ones too
              </label>
            </div>
            {items.length === 0 ? (
              <div>
                <EmptyState variant="completed" message={past ? 'Nothing was held back' : 'Nothing is held back now'}>
                  Every alert goes to correlation.
                </EmptyState>
              </div>
            ) : (
              <ul className={styles.list}>
                {items.map((item) => (
                  <HeldBackRow key={item.alert} item={item} onOpen={() => setOpen(item.alert)} />
                ))}
              </ul>
            )}
            {list.hasNextPage && (
              <Button className={styles.more} variant="secondary" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Load more
              </Button>
            )}
            {open !== null && <AlertDrawer id={open} onClose={() => setOpen(null)} />}
          </div>
        );
      }}
    </QueryView>
  );
}

function HeldBackRow({ item, onOpen }: { item: HeldBackAlert; onOpen: () => void }) {
  const styles = useStyles2(getAlertListStyles);
  return (
    <AlertRow
      alert={item}
      testId={testIds.noise.heldRow}
      onOpen={onOpen}
      times={
        <>
          <div>since <Instant at={item.since} /></div>
          {item.outcome === 'waiting' && item.until !== null && <div className={styles.dim}>until <Instant at={item.until} as="clock" /></div>}
          {item.outcome === 'waiting' && item.until === null && <div className={styles.dim}>{endingOf(item.verdict)}</div>}
        </>
      }
    >
      <div>{asSentence(item.reason)}</div>
      <div className={styles.dim}>
        {VERDICT_LABELS[item.verdict]}, {OUTCOME_LABELS[item.outcome]}
        {item.changes !== null && `, ${item.changes} changes`}.{' '}
        <TextLink href={causePath(item.verdict, item.cause.id)} inline variant="bodySmall">
          {`${causeKind(item.verdict)}: ${item.cause.name}`}
        </TextLink>
      </div>
    </AlertRow>
  );
}
