import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, FilterPill, Switch, TextLink, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { NOISE_VERDICTS, type HeldBackAlert, type NoiseVerdict } from '#contract';
import { useHeldBack } from '../../api/useNoise.ts';
import { AlertDrawer } from '../../components/AlertDrawer/index.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { asSentence, causeKind, causePath, endingOf, OUTCOME_LABELS, VERDICT_LABELS } from '../../model/noise.ts';
import { testIds } from '../../testIds.ts';

/** Alerts that are held back, each with the reason in plain words. */
export function HeldBackTab() {
  const styles = useStyles2(getStyles);
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
              <div className={styles.empty}>
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
              <Button variant="secondary" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
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
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.row} data-testid={testIds.noise.heldRow}>
      <div className={styles.badge}>
        <SeverityBadge severity={item.severity} />
      </div>
      <div className={styles.words}>
        <div>
          <button type="button" className={styles.name} onClick={onOpen}>
            {item.name}
          </button>
          {item.service !== null && ` on ${item.service}`}
          {item.environment !== null && `, ${item.environment}`}
        </div>
        <div>{asSentence(item.reason)}</div>
        <div className={styles.dim}>
          {VERDICT_LABELS[item.verdict]}, {OUTCOME_LABELS[item.outcome]}
          {item.changes !== null && `, ${item.changes} changes`}.{' '}
          <TextLink href={causePath(item.verdict, item.cause.id)} inline variant="bodySmall">
            {`${causeKind(item.verdict)}: ${item.cause.name}`}
          </TextLink>
        </div>
      </div>
      <div className={styles.times}>
        <div>since <Instant at={item.since} /></div>
        {item.outcome === 'waiting' && item.until !== null && <div className={styles.dim}>until <Instant at={item.until} as="clock" /></div>}
        {item.outcome === 'waiting' && item.until === null && <div className={styles.dim}>{endingOf(item.verdict)}</div>}
      </div>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), alignItems: 'flex-start' }),
  empty: css({ alignSelf: 'stretch' }),
  filters: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  past: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(1), marginLeft: theme.spacing(1) }),
  list: css({ listStyle: 'none', margin: 0, width: '100%' }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  badge: css({ flex: '0 0 72px' }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  name: css({
    padding: 0, border: 0, background: 'none', color: theme.colors.text.link, fontWeight: theme.typography.fontWeightMedium, textAlign: 'left',
    '&:hover': { textDecoration: 'underline' },
  }),
  times: css({ flex: '0 1 auto', textAlign: 'right', [theme.breakpoints.down('sm')]: { flex: '1 1 100%', textAlign: 'left', display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 1) } }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
