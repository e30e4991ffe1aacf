import { css, cx } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useRef, useState, type PointerEvent } from 'react';
import type { Shift, ShiftView, UserKey } from '#contract';
import { momentAt, placedIn, shareOf, type WeekRow } from '../../model/shiftGrid.ts';
import { testIds } from '../../testIds.ts';
import { nameOf, spanText } from './shiftWords.ts';

interface Props {
  view: ShiftView;
  rows: readonly WeekRow[];
  showLayers: boolean;
  nowMs: number;
  /** A stretch of time that was drawn or chosen. Null: nothing may be changed. */
  onPick: ((startMs: number, endMs: number) => void) | null;
}

/** Shares of a row that are being drawn over. */
interface Drawn { readonly row: number; readonly from: number; readonly to: number }

const LEAST_SHARE = 0.003;
const HUES = 6;

/** One row a week; the upper lane says who is on call, those below what each layer says. */
export function ShiftCalendar({ view, rows, showLayers, nowMs, onPick }: Props) {
  const styles = useStyles2(getStyles);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  /** A drawn stretch ends with a click, which is not meant for the shift beneath. */
  const wasDrawn = useRef(false);
  const people = view.people.map(({ key }) => key);

  function shareAt(event: PointerEvent<HTMLDivElement>): number {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
  }
  function finish(event: PointerEvent<HTMLDivElement>, row: WeekRow): void {
    if (drawn === null || onPick === null) return;
    const to = shareAt(event);
    setDrawn(null);
    wasDrawn.current = Math.abs(to - drawn.from) >= LEAST_SHARE;
    if (!wasDrawn.current) return;
    const [startMs, endMs] = [momentAt(row, Math.min(drawn.from, to)), momentAt(row, Math.max(drawn.from, to))];
    if (endMs > startMs) onPick(startMs, endMs);
  }

  return (
    <div data-testid={testIds.onCall.calendar}>
      {rows.map((row, index) => {
        const first = row.days[0] ?? 0;
        return (
          <div key={first} className={styles.week}>
            <div className={styles.days} aria-hidden>{row.days.map((day) => <div key={day} className={styles.day}>{dateTimeFormat(day, { format: 'ddd D', timeZone: 'browser' })}</div>)}</div>
            <div
              className={cx(styles.lane, styles.final, onPick !== null && styles.drawable)} data-testid={testIds.onCall.lane}
              onPointerDown={(event) => {
                if (onPick === null || event.button !== 0 || event.pointerType === 'touch') return;
                wasDrawn.current = false;
                const from = shareAt(event);
                setDrawn({ row: index, from, to: from });
              }}
              onPointerMove={(event) => drawn !== null && drawn.row === index && setDrawn({ ...drawn, to: shareAt(event) })}
              onPointerUp={(event) => finish(event, row)}
              onPointerLeave={() => setDrawn(null)}
            >
              {placedIn(row, view.gaps).map(({ item, left, width }) => <div key={item.startsAt} className={styles.gap} style={{ left: `${left}%`, width: `${width}%` }} title={`Nobody, ${spanText(item)}`} />)}
              {placedIn(row, view.shifts).map(({ item, left, width }) => (
                <ShiftBlock key={item.startsAt} shift={item} left={left} width={width} view={view} people={people} onClick={onPick === null ? null : () => {
                  if (wasDrawn.current) wasDrawn.current = false;
                  else onPick(Date.parse(item.startsAt), Date.parse(item.endsAt));
                }} />
              ))}
              {drawn !== null && drawn.row === index && <div className={styles.drawn} style={{ left: `${Math.min(drawn.from, drawn.to) * 100}%`, width: `${Math.abs(drawn.to - drawn.from) * 100}%` }} />}
              {nowMs >= first && nowMs < row.endMs && <div className={styles.now} style={{ left: `${shareOf(row, nowMs) * 100}%` }} title="Now" />}
            </div>
            {showLayers && [...view.layers].reverse().map((layer) => (
              <div key={layer.id} role="group" aria-label={`Layer ${layer.name}`}>
                <div className={styles.layerName} aria-hidden>{layer.name}</div>
                <div className={styles.lane}>
                  {placedIn(row, layer.shifts).map(({ item, left, width }) => <ShiftBlock key={item.startsAt} shift={item} left={left} width={width} view={view} people={people} onClick={null} />)}
                </div>
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

interface BlockProps { shift: Shift; left: number; width: number; view: ShiftView; people: readonly UserKey[]; onClick: (() => void) | null }

function ShiftBlock({ shift, left, width, view, people, onClick }: BlockProps) {
  const styles = useStyles2(getStyles);
  const names = shift.users.map((key) => nameOf(view.people, key)).join(', ');
  const overridden = shift.origin.kind === 'override';
  const label = `${names}, ${spanText(shift)}${overridden ? ', override' : ''}`;
  const place = { left: `${left}%`, width: `calc(${width}% - 1px)` };
  const hue = shift.users[0] === undefined ? 0 : Math.max(0, people.indexOf(shift.users[0])) % HUES;
  const className = cx(styles.block, styles.hues[hue], overridden && styles.override);
  if (onClick === null) return <div className={className} style={place} title={label}>{names}</div>;
  return <button type="button" className={className} style={place} title={label} aria-label={`${label}: override`} onClick={onClick}>{names}</button>;
}

const getStyles = (theme: GrafanaTheme2) => {
  const { visualization } = theme;
  return {
    week: css({ marginBottom: theme.spacing(2) }),
    days: css({ display: 'grid', gridTemplateColumns: 'repeat(7, minmax(0, 1fr))', fontSize: theme.typography.bodySmall.fontSize, color: theme.colors.text.secondary }),
    day: css({ overflow: 'hidden', whiteSpace: 'nowrap', borderLeft: `1px solid ${theme.colors.border.medium}`, paddingLeft: theme.spacing(0.5) }),
    lane: css({
      position: 'relative', height: 30, borderBottom: `1px solid ${theme.colors.border.weak}`, overflow: 'hidden',
      backgroundImage: `repeating-linear-gradient(to right, ${theme.colors.border.weak} 0 1px, transparent 1px calc(100% / 7))`,
    }),
    final: css({ height: 44, background: theme.colors.background.secondary }),
    drawable: css({ cursor: 'crosshair', userSelect: 'none' }),
    layerName: css({ paddingTop: theme.spacing(0.25), fontSize: theme.typography.bodySmall.fontSize, color: theme.colors.text.secondary, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
    block: css({
      position: 'absolute', top: 3, bottom: 3, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', textAlign: 'left', padding: theme.spacing(0, 0.75), borderRadius: theme.shape.radius.default,
      background: theme.colors.background.canvas, color: theme.colors.text.primary, border: `1px solid ${theme.colors.border.medium}`, borderLeftWidth: 4, fontSize: theme.typography.bodySmall.fontSize,
    }),
    hues: ['blue', 'green', 'orange', 'purple', 'yellow', 'red'].map((name) => css({ borderLeftColor: visualization.getColorByName(name) })),
    override: css({ borderStyle: 'dashed', borderLeftStyle: 'solid', fontWeight: theme.typography.fontWeightMedium }),
    gap: css({ position: 'absolute', top: 0, bottom: 0, background: `repeating-linear-gradient(45deg, ${theme.colors.error.transparent} 0 6px, transparent 6px 12px)` }),
    drawn: css({ position: 'absolute', top: 0, bottom: 0, background: theme.colors.primary.transparent, border: `1px solid ${theme.colors.primary.border}`, pointerEvents: 'none' }),
    now: css({ position: 'absolute', top: 0, bottom: 0, width: 2, background: theme.colors.error.main, pointerEvents: 'none' }),
  };
};
