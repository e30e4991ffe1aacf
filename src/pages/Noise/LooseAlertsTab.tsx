import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, EmptyState, Switch, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { AlertSummary } from '#contract';
import { useLooseAlerts } from '../../api/useAlerts.ts';
import { AlertDrawer } from '../../components/AlertDrawer/index.ts';
import { AlertStatusText } from '../../components/AlertStatusText.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { SeverityBadge } from '../../components/SeverityBadge.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { asSentence } from '../../model/noise.ts';
import { testIds } from '../../testIds.ts';

/** Alerts that correlation looked at and left outside, each with the reason in plain words. */
export function LooseAlertsTab() {
  const styles = useStyles2(getStyles);
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
                <LooseRow key={alert.id} alert={alert} onOpen={() => setOpen(alert.id)} />
              ))}
            </ul>
          );
        }}
      </QueryView>
      {list.hasNextPage && (
        <Button variant="secondary" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
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

function LooseRow({ alert, onOpen }: { alert: AlertSummary; onOpen: () => void }) {
  const styles = useStyles2(getStyles);
  return (
    <li className={styles.row} data-testid={testIds.noise.looseRow}>
      <div className={styles.badge}>
        <SeverityBadge severity={alert.severity} />
      </div>
      <div className={styles.words}>
        <div>
          <button type="button" className={styles.name} onClick={onOpen}>
            {alert.name}
          </button>
          {alert.service !== null && ` on ${alert.service}`}
          {alert.environment !== null && `, ${alert.environment}`}
        </div>
        <div className={styles.dim}>{alert.whyNot === null ? 'No reason was noted.' : asSentence(`${alert.whyNot.reason.summary}.`)}</div>
      </div>
      <div className={styles.times}>
        <div>
          <AlertStatusText status={alert.status} />
        </div>
        <div className={styles.dim}>since <Instant at={alert.startsAt} /></div>
      </div>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  filters: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), alignItems: 'center' }),
  past: css({ display: 'inline-flex', alignItems: 'center', gap: theme.spacing(1) }),
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
