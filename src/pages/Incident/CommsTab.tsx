import { css } from '@emotion/css';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { Incident, StatusUpdate } from '#contract';
import { useCommunication, useIncidentComms, useIncidentUpdates, useResumeUpdates } from '../../api/useComms.ts';
import { useCan, useMe } from '../../api/useMe.ts';
import { NoAccess } from '../../components/NoAccess.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { DueLine } from '../../components/UpdateDue.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ComposeUpdate } from './ComposeUpdate.tsx';
import { PauseDialog } from './PauseDialog.tsx';
import { UpdateCard } from './UpdateCard.tsx';

type Writing = { readonly kind: 'new' } | { readonly kind: 'draft'; readonly update: StatusUpdate } | { readonly kind: 'correction'; readonly of: StatusUpdate };

/** What is due, what is being written, and what was told. */
export function CommsTab({ incident }: { incident: Incident }) {
  const styles = useStyles2(getStyles);
  const me = useMe();
  const can = useCan();
  const enabled = can('getIncidentComms');
  const comms = useIncidentComms(incident.number, { enabled });
  const updates = useIncidentUpdates(incident.number, { enabled });
  const settings = useCommunication({ enabled });
  const [search, setSearch] = useSearchParams();
  const [chosen, setWriting] = useState<Writing | null>(null);
  const [isPausing, setPausing] = useState(false);
  const resume = useResumeUpdates(incident.number);
  const toast = useToast();

  if (me.data !== undefined && !enabled) return <NoAccess />;
  const mayWrite = can('createUpdate') && incident.state !== 'candidate' && incident.state !== 'duplicate';
  const asked: Writing | null = mayWrite && search.get('write') === 'new' ? { kind: 'new' } : null;
  const writing = chosen ?? asked;
  const stopWriting = (): void => {
    setWriting(null);
    setSearch((present) => { present.delete('write'); return present; }, { replace: true });
  };
  const corrected = new Map(updates.data?.map((update) => [update.id, update]));
  return (
    <div className={styles.tab}>
      <QueryView query={comms} loading={<Skeleton rows={1} height={40} />}>
        {({ due, kept, total }) => (
          <div className={styles.due} aria-label="What is due" role="group">
            {due.length === 0 ? <span className={styles.dim}>No update is due.</span> : due.map((one) => <DueLine key={one.audience} due={one} />)}
            {total > 0 && <span className={styles.dim}>{`${kept} of ${total} due updates came in time`}</span>}
            {due.length > 0 && can('pauseUpdates') && (
              <Button size="sm" variant="secondary" fill="text" icon="pause" onClick={() => setPausing(true)}>
                Pause
              </Button>
            )}
            {due.some(({ paused }) => paused !== null) && can('resumeUpdates') && (
              <Button size="sm" variant="secondary" icon="play" disabled={resume.isPending} onClick={() => resume.mutate(undefined, { onSuccess: () => toast.done('Clocks run again'), onError: (error) => toast.failed(error) })}>
                Let the clocks run
              </Button>
            )}
            {isPausing && <PauseDialog number={incident.number} due={due} onClose={() => setPausing(false)} />}
          </div>
        )}
      </QueryView>
      {mayWrite && writing === null && (
        <div>
          <Button icon="comment-alt-message" onClick={() => setWriting({ kind: 'new' })}>
            Write an update
          </Button>
        </div>
      )}
      {writing !== null && comms.data !== undefined && settings.data !== undefined && (
        <ComposeUpdate
          key={writing.kind === 'new' ? 'new' : writing.kind === 'draft' ? `draft-${writing.update.id}` : `correction-${writing.of.id}`}
          incident={incident}
          comms={comms.data}
          audiences={settings.data.audiences}
          draft={writing.kind === 'draft' ? writing.update : null}
          corrects={writing.kind === 'correction' ? writing.of : null}
          previous={updates.data ?? []}
          onClose={stopWriting}
        />
      )}
      <QueryView query={updates} loading={<Skeleton rows={3} height={120} />}>
        {(items) => {
          const open = items.filter(({ state }) => state === 'draft' || state === 'approved');
          const told = items.filter(({ state }) => state === 'published');
          return (
            <>
              {open.length > 0 && (
                <section aria-label="Drafts" className={styles.list}>
                  <h3 className={styles.title}>Drafts</h3>
                  {open.map((update) => (
                    <UpdateCard key={update.id} update={update} onEdit={() => setWriting({ kind: 'draft', update })} />
                  ))}
                </section>
              )}
              <section aria-label="What was told" className={styles.list}>
                <h3 className={styles.title}>What was told</h3>
                {told.length === 0 && <span className={styles.dim}>Nobody was told anything yet. Whoever waits for news hears it from here: write who is to know what, and see how it reads before it goes out.</span>}
                {told.map((update) => (
                  <UpdateCard
                    key={update.id}
                    update={update}
                    {...(update.correctedBy === null ? {} : { correctedAt: corrected.get(update.correctedBy)?.published?.at })}
                    {...(mayWrite && update.correctedBy === null && update.audience !== 'timeline' ? { onCorrect: () => setWriting({ kind: 'correction', of: update }) } : {})}
                  />
                ))}
              </section>
            </>
          );
        }}
      </QueryView>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 1200 }),
  due: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2) }),
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h5, margin: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
