import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Button, EmptyState, Stack, TextLink, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import type { OnCallEntry } from '#contract';
import { useOnCallNow } from '../../api/useOnCall.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { HandOverDialog } from './HandOverDialog.tsx';
import { momentText, namesText, spanText } from './shiftWords.ts';

/** Who is on call on every schedule, and who takes over when. */
export function NowTab() {
  const styles = useStyles2(getStyles);
  const now = useOnCallNow();
  return (
    <QueryView query={now}>
      {(entries) => entries.length === 0 ? (
        <EmptyState variant="call-to-action" message="No schedule yet" button={<TextLink href={paths.onCall('schedules')}>Go to schedules</TextLink>}>
          A schedule says who is called when something breaks.
        </EmptyState>
      ) : (
        <ul className={styles.list}>
          {entries.map((entry) => <Row key={entry.schedule.id} entry={entry} />)}
        </ul>
      )}
    </QueryView>
  );
}

function Row({ entry }: { entry: OnCallEntry }) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  const { schedule, users, until, next, gap } = entry;
  return (
    <li className={styles.row} data-testid={testIds.onCall.nowRow}>
      <div className={styles.words}>
        <Stack gap={1} alignItems="center" wrap="wrap">
          <TextLink href={paths.schedule(schedule.id)} inline={false}>{schedule.name}</TextLink>
          {schedule.team !== null && <Badge color="blue" text={schedule.team} />}
        </Stack>
        <div className={styles.who}>{users.length === 0 ? <Badge color="red" icon="exclamation-triangle" text="Nobody is on call" /> : namesText(users)}</div>
        <div className={styles.dim}>{until === null ? 'No hand-over within 60 days' : `Until ${momentText(until)}, then ${namesText(next)}`}</div>
        {gap !== null && users.length > 0 && <Alert severity="warning" title={`Nobody is on call ${spanText(gap)}`} />}
      </div>
      <Button size="sm" variant="secondary" onClick={() => setOpen(true)} aria-label={`Hand-over note of ${schedule.name}`}>Hand-over note</Button>
      {open && <HandOverDialog schedule={schedule} onClose={() => setOpen(false)} />}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(1, 2), padding: theme.spacing(1.5, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  who: css({ ...theme.typography.h5, margin: theme.spacing(0.5, 0) }),
  dim: css({ color: theme.colors.text.secondary }),
});
