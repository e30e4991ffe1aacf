import { css, cx } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, ConfirmModal, EmptyState, Stack, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { MaintenanceWindow } from '#contract';
import { useEndMaintenance, useMaintenance } from '../../api/useMaintenance.ts';
import { useCan } from '../../api/useMe.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useTargetRow } from '../../hooks/useTargetRow.ts';
import { useToast } from '../../hooks/useToast.ts';
import { scopeText } from '../../model/noise.ts';
import { recurrenceText } from '../../model/schedule.ts';
import { testIds } from '../../testIds.ts';
import { WindowDialog } from './WindowDialog.tsx';

type Phase = MaintenanceWindow['phase'];
const PHASES = ['active', 'upcoming', 'past'] as const satisfies readonly Phase[];
const PHASE_TITLES: Readonly<Record<Phase, string>> = { active: 'Active now', upcoming: 'Coming up', past: 'Past' };

/** Windows as a calendar's agenda: now, next, past. */
export function WindowsTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const windows = useMaintenance();
  const [editing, setEditing] = useState<MaintenanceWindow | 'new' | null>(null);
  return (
    <div className={styles.tab}>
      {can('createMaintenance') && (
        <Button icon="plus" onClick={() => setEditing('new')} data-testid={testIds.maintenance.add}>
          Plan maintenance
        </Button>
      )}
      <QueryView query={windows} loading={<Skeleton rows={4} height={72} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState variant="call-to-action" message="No maintenance is planned">
              In a window matching alerts are stored and shown, and nobody is called. What still fires at its end goes to correlation.
            </EmptyState>
          ) : (
            PHASES.map((phase) => {
              const ofPhase = items.filter((window) => window.phase === phase);
              return ofPhase.length === 0 ? null : (
                <section key={phase} className={styles.phase} aria-label={PHASE_TITLES[phase]}>
                  <h3 className={styles.title}>{PHASE_TITLES[phase]}</h3>
                  <ul className={styles.list}>
                    {ofPhase.map((window) => (
                      <WindowRow key={window.id} window={window} onEdit={() => setEditing(window)} />
                    ))}
                  </ul>
                </section>
              );
            })
          )
        }
      </QueryView>
      {editing !== null && <WindowDialog known={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </div>
  );
}

function when({ occurrence }: MaintenanceWindow): { day: string; time: string } {
  if (occurrence === null) {
    return { day: '–', time: '' };
  }
  const day = dateTimeFormat(occurrence.startsAt, { format: 'ddd D MMM YYYY' });
  const endDay = dateTimeFormat(occurrence.endsAt, { format: 'ddd D MMM YYYY' });
  const begin = dateTimeFormat(occurrence.startsAt, { format: 'HH:mm' });
  const end = dateTimeFormat(occurrence.endsAt, { format: day === endDay ? 'HH:mm' : 'ddd D MMM HH:mm' });
  return { day, time: `${begin} to ${end}` };
}

function WindowRow({ window, onEdit }: { window: MaintenanceWindow; onEdit: () => void }) {
  const styles = useStyles2(getStyles);
  const { ref, isTarget } = useTargetRow<HTMLLIElement>(window.id);
  const can = useCan();
  const toast = useToast();
  const end = useEndMaintenance();
  const [asking, setAsking] = useState(false);
  const { day, time } = when(window);
  const endText = window.phase === 'active' ? 'End now' : 'Call off';
  return (
    <li ref={ref} className={cx(styles.row, isTarget && styles.target)} aria-current={isTarget} data-testid={testIds.maintenance.row}>
      <div className={styles.when}>
        <div>{day}</div>
        <div className={styles.dim}>{time}</div>
      </div>
      <div className={styles.words}>
        <Stack gap={1} alignItems="center" wrap="wrap">
          <strong>{window.name}</strong>
          {window.change !== null && <Badge color="purple" icon="link" text={window.change} />}
        </Stack>
        <div>{scopeText(window.scope)}</div>
        <div className={styles.dim}>
          {window.schedule.kind === 'recurring' && `Repeats ${recurrenceText(window.schedule.rule)}, by the clock of ${window.schedule.timeZone}. `}
          {window.heldBack.toLocaleString()} {window.heldBack === 1 ? 'alert' : 'alerts'} held back. Planned by {window.createdBy.name}
        </div>
        {window.endedAt !== null && (
          <div>
            Ended early {dateTimeFormat(window.endedAt, { format: 'ddd D MMM HH:mm' })}
            {window.endReason === null ? ` by ${window.endedBy?.name ?? 'somebody'}` : `, because ${window.endReason}${window.endedBy === null ? '' : ` (told by ${window.endedBy.name})`}`}
          </div>
        )}
      </div>
      {window.phase !== 'past' && (
        <Stack gap={1} alignItems="center">
          {can('editMaintenance') && <Button size="sm" variant="secondary" icon="pen" aria-label={`Edit ${window.name}`} onClick={onEdit} />}
          {can('endMaintenance') && (
            <Button size="sm" variant="secondary" onClick={() => setAsking(true)}>
              {endText}
            </Button>
          )}
        </Stack>
      )}
      <ConfirmModal
        isOpen={asking}
        title={`${endText}: ${window.name}?`}
        body="What it holds back and still fires goes to correlation within seconds."
        confirmText={endText}
        onConfirm={() => end.mutate(window, { onSuccess: () => toast.done(`${window.name} has ended`), onError: (error) => toast.failed(error), onSettled: () => setAsking(false) })}
        onDismiss={() => setAsking(false)}
      />
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(3), alignItems: 'flex-start' }),
  phase: css({ width: '100%' }),
  title: css({ ...theme.typography.h4, margin: theme.spacing(0, 0, 1) }),
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 2), padding: theme.spacing(1.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  when: css({ flex: '0 0 170px' }),
  target: css({ background: theme.colors.action.selected, outline: `${theme.spacing(1)} solid ${theme.colors.action.selected}` }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
