import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, ConfirmModal, Dropdown, EmptyState, InlineSwitch, Menu, Stack, useStyles2 } from '@grafana/ui';
import { useRef, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { Schedule } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useDeleteOverride, useDeleteSchedule, useSchedules, useShifts } from '../../api/useOnCall.ts';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useElementWidth } from '../../hooks/useElementWidth.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useToast } from '../../hooks/useToast.ts';
import { movedBy, rowsOf, SHIFT_VIEWS, type ShiftViewKind } from '../../model/shiftGrid.ts';
import { testIds } from '../../testIds.ts';
import { CalendarsNotice } from './CalendarsNotice.tsx';
import { FeedDialog } from './FeedDialog.tsx';
import { HandOverDialog } from './HandOverDialog.tsx';
import { ImportCalendarDialog } from './ImportCalendarDialog.tsx';
import { ImportOnCallDialog } from './ImportOnCallDialog.tsx';
import { NextShifts } from './NextShifts.tsx';
import { OverrideDialog } from './OverrideDialog.tsx';
import { ScheduleDialog } from './ScheduleDialog.tsx';
import { ShiftAgenda } from './ShiftAgenda.tsx';
import { ShiftCalendar } from './ShiftCalendar.tsx';
import { namesText, spanText } from './shiftWords.ts';

const VIEW_LABELS: Readonly<Record<ShiftViewKind, string>> = { week: 'Week', month: 'Month' };
/** Below this a row of seven days is too narrow to read. */
const GRID_FROM_PX = 640;
const HOUR_MS = 3_600_000;
const SHOWN_GAPS = 3;

/** Schedules one at a time: shifts by week or month, overrides, and what managers change. */
export function SchedulesTab() {
  const can = useCan();
  const schedules = useSchedules();
  const [search, setSearch] = useSearchParams();
  const [adding, setAdding] = useState<'new' | 'import' | null>(null);
  const add = can('createSchedule') && (
    <>
      <Button icon="plus" onClick={() => setAdding('new')}>New schedule</Button>
      <Button variant="secondary" icon="import" onClick={() => setAdding('import')}>From Grafana OnCall</Button>
    </>
  );
  return (
    <Stack direction="column" gap={2}>
      <QueryView query={schedules}>
        {(items) => {
          const chosen = items.find(({ id }) => id === search.get('id')) ?? items[0];
          return chosen === undefined ? (
            <EmptyState variant="call-to-action" message="No schedule yet" button={add === false ? undefined : <Stack gap={1} justifyContent="center" wrap="wrap">{add}</Stack>}>A schedule says who is called when something breaks.</EmptyState>
          ) : (
            <>
              <Stack gap={1} alignItems="center" wrap="wrap">
                <Combobox
                  id="muster-schedule" aria-label="Schedule" width={32} options={items.map(({ id, name }) => ({ value: id, label: name }))} value={chosen.id}
                  onChange={({ value }) => setSearch({ tab: 'schedules', id: value }, { replace: true })}
                />
                {add}
              </Stack>
              <OneSchedule key={chosen.id} schedule={chosen} />
            </>
          );
        }}
      </QueryView>
      {adding === 'new' && <ScheduleDialog known={null} onClose={() => setAdding(null)} />}
      {adding === 'import' && <ImportOnCallDialog onClose={() => setAdding(null)} />}
    </Stack>
  );
}

function OneSchedule({ schedule }: { schedule: Schedule }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const box = useRef<HTMLDivElement>(null);
  const width = useElementWidth(box);
  const nowMs = useNow(60_000);
  const [view, setView] = useState<ShiftViewKind>('week');
  const [anchor, setAnchor] = useState(() => Date.now());
  const [showLayers, setShowLayers] = useState(true);
  const [picked, setPicked] = useState<{ startMs: number; endMs: number } | null>(null);
  const [open, setOpen] = useState<'edit' | 'delete' | 'feed' | 'calendar' | 'note' | null>(null);
  const remove = useDeleteSchedule();
  const takeBack = useDeleteOverride();
  const rows = rowsOf(view, anchor);
  const fromMs = rows[0]?.days[0] ?? anchor;
  const toMs = rows.at(-1)?.endMs ?? anchor;
  const shifts = useShifts(schedule.id, new Date(fromMs).toISOString(), new Date(toMs).toISOString());
  const mayOverride = can('createOverride');
  const pick = mayOverride ? (startMs: number, endMs: number): void => setPicked({ startMs, endMs }) : null;
  const nextHour = Math.ceil(Math.max(nowMs, fromMs) / HOUR_MS) * HOUR_MS;
  const menu = (
    <Menu>
      <Menu.Item label="Edit" icon="pen" disabled={schedule.provisionedAs !== null} onClick={() => setOpen('edit')} />
      <Menu.Item label="Import calendar" icon="import" disabled={schedule.provisionedAs !== null} onClick={() => setOpen('calendar')} />
      <Menu.Item label="Remove" icon="trash-alt" destructive disabled={schedule.provisionedAs !== null} onClick={() => setOpen('delete')} />
    </Menu>
  );
  return (
    <div ref={box} className={styles.box}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <Choice label="View" options={SHIFT_VIEWS} labels={VIEW_LABELS} value={view} onChange={setView} size="sm" />
        <Button size="sm" variant="secondary" icon="angle-left" aria-label={`${VIEW_LABELS[view]} before`} onClick={() => setAnchor(movedBy(view, anchor, -1))} />
        <Button size="sm" variant="secondary" onClick={() => setAnchor(Date.now())}>Today</Button>
        <Button size="sm" variant="secondary" icon="angle-right" aria-label={`${VIEW_LABELS[view]} after`} onClick={() => setAnchor(movedBy(view, anchor, 1))} />
        <strong>{dateTimeFormat(view === 'month' ? anchor : fromMs, { format: view === 'month' ? 'MMMM YYYY' : '[Week of] D MMM YYYY', timeZone: 'browser' })}</strong>
        {width >= GRID_FROM_PX && <InlineSwitch id="muster-schedule-layers" label="Layers" showLabel value={showLayers} onChange={(event) => setShowLayers(event.currentTarget.checked)} />}
        {mayOverride && <Button size="sm" icon="user" onClick={() => setPicked({ startMs: nextHour, endMs: nextHour + HOUR_MS })}>Add override</Button>}
        {can('getHandOver') && <Button size="sm" variant="secondary" icon="comment-alt" onClick={() => setOpen('note')}>Hand-over note</Button>}
        {can('getScheduleFeed') && <Button size="sm" variant="secondary" icon="calendar-alt" onClick={() => setOpen('feed')}>As calendar</Button>}
        {can('putSchedule') && <Dropdown overlay={menu} placement="bottom-end"><Button size="sm" variant="secondary" icon="ellipsis-v" aria-label={`Change ${schedule.name}`} /></Dropdown>}
      </Stack>
      <div className={styles.dim}>
        {schedule.description !== '' && `${schedule.description}. `}Hand-offs by the clock of {schedule.timeZone}; shown by the clock of this browser.
        {schedule.provisionedAs !== null && ` Provisioned: change “${schedule.provisionedAs}” in schedules.yaml.`}
      </div>
      <CalendarsNotice schedule={schedule} />
      <QueryView query={shifts}>
        {(data) => (
          <>
            {data.gaps.length > 0 && (
              <Alert severity="warning" title="Nobody is on call at times" data-testid={testIds.onCall.gaps}>
                {data.gaps.slice(0, SHOWN_GAPS).map(spanText).join('; ')}{data.gaps.length > SHOWN_GAPS && `; and ${data.gaps.length - SHOWN_GAPS} more`}
              </Alert>
            )}
            {width >= GRID_FROM_PX
              ? <ShiftCalendar view={data} rows={rows} showLayers={showLayers} nowMs={nowMs} onPick={pick} />
              : <ShiftAgenda view={data} nowMs={nowMs} onPick={pick} />}
            {data.overrides.length > 0 && (
              <section aria-label="Overrides">
                <h3 className={styles.title}>Overrides</h3>
                <ul className={styles.list}>
                  {data.overrides.map((override) => (
                    <li key={override.id} className={styles.override}>
                      <span>{spanText(override)}: {namesText(override.users)}{override.replaces !== null && ` instead of ${override.replaces.name}`}{override.reason !== '' && ` (${override.reason})`}</span>
                      {can('deleteOverride') && (
                        <Button size="sm" variant="secondary" fill="text" icon="times" onClick={() => takeBack.mutate({ params: { id: schedule.id, override: override.id } }, { onSuccess: () => toast.done('The override is taken back'), onError: (error) => toast.failed(error) })}>
                          Take back
                        </Button>
                      )}
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </QueryView>
      <NextShifts scheduleId={schedule.id} nowMs={nowMs} shown={{ fromMs, toMs }} />
      {picked !== null && <OverrideDialog schedule={schedule} startMs={picked.startMs} endMs={picked.endMs} onClose={() => setPicked(null)} />}
      {open === 'edit' && <ScheduleDialog known={schedule} onClose={() => setOpen(null)} />}
      {open === 'feed' && <FeedDialog schedule={schedule} onClose={() => setOpen(null)} />}
      {open === 'note' && <HandOverDialog schedule={schedule} onClose={() => setOpen(null)} />}
      {open === 'calendar' && <ImportCalendarDialog schedule={schedule} onClose={() => setOpen(null)} />}
      <ConfirmModal
        isOpen={open === 'delete'} title={`Remove ${schedule.name}?`} body="Its overrides, swaps and notes go with it." confirmText="Remove" onDismiss={() => setOpen(null)}
        onConfirm={() => remove.mutate(schedule, { onSuccess: () => toast.done(`${schedule.name} is removed`), onError: (error) => toast.failed(error), onSettled: () => setOpen(null) })}
      />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5), width: '100%', minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
  title: css({ ...theme.typography.h5, margin: theme.spacing(1, 0) }),
  list: css({ listStyle: 'none', margin: 0 }),
  override: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), overflowWrap: 'anywhere' }),
});
