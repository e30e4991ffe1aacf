import { css } from '@emotion/css';
import { useSearchParams } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { TIMELINE_KINDS, type Incident } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useTimeline } from '../../api/useTimeline.ts';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { NoteForm } from './NoteForm.tsx';
import { TimelineEntryView } from './TimelineEntryView.tsx';

type Kind = (typeof TIMELINE_KINDS)[number];

const KIND_LABELS: Readonly<Record<Kind, string>> = { all: 'Everything', people: 'People', alerts: 'Alerts', notes: 'Notes' };

export function TimelineTab({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const [search, setSearch] = useSearchParams();
  const kind = TIMELINE_KINDS.find((known) => known === search.get('kind')) ?? 'all';
  const timeline = useTimeline(incident.number, { kind });

  function show(next: Kind): void {
    setSearch(
      (present) => {
        present.set('kind', next);
        return present;
      },
      { replace: true }
    );
  }

  return (
    <div className={styles.tab}>
      {can('addNote') && <NoteForm number={incident.number} />}
      <Choice label="What to show" options={TIMELINE_KINDS} labels={KIND_LABELS} value={kind} onChange={show} />
      <QueryView query={timeline} loading={<Skeleton rows={6} height={44} />}>
        {({ pages }) => {
          const entries = pages.flatMap(({ items }) => items);
          return entries.length === 0 ? (
            <div className={styles.dim}>Nothing of this kind happened yet.</div>
          ) : (
            <>
              <ol className={styles.list} aria-label="Timeline, newest first" aria-live="polite" aria-relevant="additions">
                {entries.map((entry) => (
                  <TimelineEntryView key={entry.position} entry={entry} number={incident.number} />
                ))}
              </ol>
              {timeline.hasNextPage && (
                <Button variant="secondary" disabled={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
                  {timeline.isFetchingNextPage ? 'Loading…' : 'Load earlier'}
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(2), maxWidth: 960, '& > *': { maxWidth: '100%' } }),
  list: css({ listStyle: 'none', margin: 0, width: '100%' }),
  dim: css({ color: theme.colors.text.secondary }),
});
