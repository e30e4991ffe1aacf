import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, useStyles2 } from '@grafana/ui';
import { useShifts } from '../../api/useOnCall.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { testIds } from '../../testIds.ts';
import { nameOf, spanText } from './shiftWords.ts';

const HOUR_MS = 3_600_000;
const AHEAD_MS = 28 * 24 * HOUR_MS;
const MOST = 5;
const MOST_GAPS = 3;

interface Props {
  scheduleId: string;
  nowMs: number;
  /** What the calendar above shows: its gaps are told there already. */
  shown: { readonly fromMs: number; readonly toMs: number };
}

/** Whose turns come next from now on, whatever the calendar shows, and when nobody is there within four weeks. */
export function NextShifts({ scheduleId, nowMs, shown }: Props) {
  const styles = useStyles2(getStyles);
  // Whole hours, so that the same question is asked for an hour.
  const fromMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const shifts = useShifts(scheduleId, new Date(fromMs).toISOString(), new Date(fromMs + AHEAD_MS).toISOString());
  return (
    <section aria-label="Next shifts">
      <h3 className={styles.title}>Next shifts</h3>
      <QueryView query={shifts}>
        {(data) => {
          const next = data.shifts.filter(({ endsAt }) => Date.parse(endsAt) > nowMs).slice(0, MOST);
          const gaps = data.gaps.filter(({ startsAt, endsAt }) => Date.parse(endsAt) > nowMs && (Date.parse(startsAt) >= shown.toMs || Date.parse(endsAt) <= shown.fromMs));
          return (
            <>
              {gaps.length > 0 && (
                <Alert severity="warning" title="Nobody is on call at times within four weeks">
                  {gaps.slice(0, MOST_GAPS).map(spanText).join('; ')}{gaps.length > MOST_GAPS && `; and ${gaps.length - MOST_GAPS} more`}
                </Alert>
              )}
              {next.length === 0 ? <p className={styles.dim}>Nobody within four weeks.</p> : (
                <ul className={styles.list}>
                  {next.map((shift) => (
                    <li key={shift.startsAt} className={styles.row} data-testid={testIds.onCall.nextShift}>
                      <span className={styles.who}>{shift.users.map((key) => nameOf(data.people, key)).join(', ')}</span>
                      <span className={styles.dim}>{spanText(shift)}</span>
                      {Date.parse(shift.startsAt) <= nowMs && <Badge color="green" text="now" />}
                      {shift.origin.kind === 'override' && <Badge color="purple" text="override" />}
                    </li>
                  ))}
                </ul>
              )}
            </>
          );
        }}
      </QueryView>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h5, margin: theme.spacing(1, 0) }),
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), padding: theme.spacing(0.5, 0), overflowWrap: 'anywhere' }),
  who: css({ fontWeight: theme.typography.fontWeightMedium }),
  dim: css({ color: theme.colors.text.secondary }),
});
