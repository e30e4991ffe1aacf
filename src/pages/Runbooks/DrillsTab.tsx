import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ConfirmModal, EmptyState, Stack, useStyles2 } from '@grafana/ui';
import type { Drill } from '#contract';
import { useDeleteDrill, useDrills, useStartDrill, useStopDrillRun } from '../../api/useDrills.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { DrillCard } from './DrillCard.tsx';
import { DrillDialog } from './DrillDialog.tsx';

type Asked = { readonly what: 'edit' | 'start' | 'remove' | 'stop'; readonly drill: Drill } | { readonly what: 'plan' } | null;

/** Troubles that are made up and go the whole way of real ones, and how well that went. */
export function DrillsTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const drills = useDrills();
  const start = useStartDrill();
  const remove = useDeleteDrill();
  const stop = useStopDrillRun();
  const [asked, setAsked] = useState<Asked>(null);
  const ends = { onError: (error: Parameters<typeof toast.failed>[0]) => toast.failed(error), onSettled: () => setAsked(null) };
  return (
    <section className={styles.tab} aria-label="Drills">
      <Stack gap={2} alignItems="center" justifyContent="space-between" wrap="wrap">
        <p className={styles.intro}>
          A drill sends simulated alerts the way of real ones, through correlation, declaration, runbooks and status updates, and is scored. Steps that would be felt outside send nothing, and no figure counts it.
        </p>
        {can('createDrill') && (
          <Button icon="plus" onClick={() => setAsked({ what: 'plan' })}>
            Plan a drill
          </Button>
        )}
      </Stack>
      <div>
        <QueryView query={drills} loading={<Skeleton rows={3} height={96} />}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState variant="not-found" message="No drills yet">
                {can('createDrill') ? 'Plan one: say which alerts come, and what is to be reached by when.' : 'A manager plans them.'}
              </EmptyState>
            ) : (
              <ul className={styles.list}>
                {items.map((drill) => (
                  <li key={drill.id}>
                    <DrillCard
                      drill={drill}
                      {...(can('startDrill') ? { onStart: () => setAsked({ what: 'start', drill }) } : {})}
                      {...(can('stopDrillRun') ? { onStop: () => setAsked({ what: 'stop', drill }) } : {})}
                      {...(can('putDrill') ? { onEdit: () => setAsked({ what: 'edit', drill }) } : {})}
                      {...(can('deleteDrill') ? { onRemove: () => setAsked({ what: 'remove', drill }) } : {})}
                    />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      {(asked?.what === 'plan' || asked?.what === 'edit') && <DrillDialog known={asked.what === 'edit' ? asked.drill : null} onClose={() => setAsked(null)} />}
      {asked?.what === 'start' && (
        <ConfirmModal
          isOpen
          title={`Start “${asked.drill.name}”`}
          body="Its alerts are sent now, and an incident that is marked as a drill follows. Tell those on call if they are not to be surprised."
          confirmText="Start"
          confirmButtonVariant="primary"
          onDismiss={() => setAsked(null)}
          onConfirm={() => start.mutate(asked.drill.id, { ...ends, onSuccess: () => toast.done(`${asked.drill.name}: started`) })}
        />
      )}
      {asked?.what === 'remove' && (
        <ConfirmModal
          isOpen
          title={`Remove “${asked.drill.name}”`}
          body="It starts no more. Reports of it are kept in the audit log and by the API."
          confirmText="Remove"
          onDismiss={() => setAsked(null)}
          onConfirm={() => remove.mutate(asked.drill, { ...ends, onSuccess: () => toast.done(`${asked.drill.name}: removed`) })}
        />
      )}
      {asked?.what === 'stop' && asked.drill.lastRun !== null && (
        <ReasonDialog
          title={`Stop “${asked.drill.name}”`}
          confirmText="Stop"
          required
          hint="Its alerts end, its runs are taken back, its incident is closed, and what was not reached counts as missed."
          shownIn="in the report"
          busy={stop.isPending}
          error={stop.error}
          onDismiss={() => setAsked(null)}
          onConfirm={(reason) => asked.drill.lastRun !== null && stop.mutate({ id: asked.drill.lastRun.id, reason: reason ?? '' }, { onSuccess: () => setAsked(null) })}
        />
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  intro: css({ margin: 0, color: theme.colors.text.secondary, flex: '1 1 320px', maxWidth: 760 }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});
