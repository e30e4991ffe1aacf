import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Stack, useStyles2 } from '@grafana/ui';
import type { ShiftView } from '#contract';
import { testIds } from '../../testIds.ts';
import { nameOf, spanText } from './shiftWords.ts';

/** Shifts one below the other, for narrow screens. */
export function ShiftAgenda({ view, nowMs, onPick }: { view: ShiftView; nowMs: number; onPick: ((startMs: number, endMs: number) => void) | null }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list} data-testid={testIds.onCall.agenda}>
      {view.shifts.map((shift) => {
        const startMs = Date.parse(shift.startsAt);
        const endMs = Date.parse(shift.endsAt);
        const names = shift.users.map((key) => nameOf(view.people, key)).join(', ');
        return (
          <li key={shift.startsAt} className={styles.row}>
            <div className={styles.words}>
              <Stack gap={1} alignItems="center" wrap="wrap"><strong>{names}</strong>{startMs <= nowMs && nowMs < endMs && <Badge color="green" text="now" />}{shift.origin.kind === 'override' && <Badge color="purple" text="override" />}</Stack>
              <div>{spanText(shift)}</div>
            </div>
            {onPick !== null && endMs > nowMs && <Button size="sm" variant="secondary" aria-label={`Override ${names}, ${spanText(shift)}`} onClick={() => onPick(startMs, endMs)}>Override</Button>}
          </li>
        );
      })}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 0', minWidth: 0, overflowWrap: 'anywhere' }),
});
