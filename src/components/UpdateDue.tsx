import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, TextLink, useStyles2 } from '@grafana/ui';
import type { UpdateDue as Due } from '#contract';
import { useUpdatesDue } from '../api/useComms.ts';
import { useCan } from '../api/useMe.ts';
import { useNow } from '../hooks/useNow.ts';
import { dueView, firstDue } from '../model/comms.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { Instant } from './Instant.tsx';

/** When the next update of an incident is due: calm, near, or red once it is late. Nothing where none is due. */
export function NextUpdate({ incident }: { incident: number }) {
  const can = useCan();
  const dues = useUpdatesDue({ enabled: can('listUpdatesDue') });
  const due = firstDue(dues.data ?? [], incident);
  return due === undefined ? null : <DueLine due={due} link />;
}

/** One due time with its audience. */
export function DueLine({ due, link = false }: { due: Due; link?: boolean }) {
  const styles = useStyles2(getStyles);
  const { state, words } = dueView(due, useNow());
  const { paused } = due;
  const text = `Update to ${due.audienceName} ${state === 'overdue' ? words : `due ${words}`}`;
  return (
    <span className={styles.due} data-testid={testIds.comms.due} data-state={state} role="timer" aria-live="off">
      {state === 'running' ? <span className={styles.dim}>{text}</span> : <Badge color={state === 'overdue' ? 'red' : 'orange'} icon="clock-nine" text={text} />}
      {paused !== null && state !== 'overdue' && (
        <span className={styles.dim}>
          {'paused until '}
          <Instant at={paused.until} as="clock" />
          {` by ${paused.by}: ${paused.reason}`}
        </span>
      )}
      {link && (
        <TextLink href={paths.writeUpdate(due.incident)} inline variant="bodySmall">
          Write it
        </TextLink>
      )}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  due: css({ display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), fontVariantNumeric: 'tabular-nums', minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
