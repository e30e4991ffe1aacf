import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { TaskId } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useTaskList } from '../../api/useTasks.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { TaskRow } from '../../components/TaskRow.tsx';
import { Section } from './Section.tsx';

/** What the reader is to do, and what is overdue, whose ever it is. */
export function Tasks() {
  const can = useCan();
  const mine = useTaskList('mine', { enabled: can('listTasks') });
  if (!can('listTasks')) return null;
  const own = new Set(mine.data?.pages.flatMap((page) => page.items.map((task) => task.id)));
  return (
    <>
      <Listed title="My tasks" which="mine" empty="Nothing waits for you. Tasks that are yours, or belong to a role that you have now, stand here." />
      <Listed title="Overdue tasks of others" which="overdue" empty={null} without={own} />
    </>
  );
}

interface Props {
  title: string;
  which: 'mine' | 'overdue';
  /** What stands there when there are none; null: nothing, not even the heading. */
  empty: string | null;
  /** Those that stand elsewhere on the page. */
  without?: ReadonlySet<TaskId>;
}

function Listed({ title, which, empty, without }: Props) {
  const styles = useStyles2(getStyles);
  const tasks = useTaskList(which, { enabled: true });
  const items = tasks.data?.pages.flatMap((page) => page.items.filter((task) => without?.has(task.id) !== true)) ?? [];
  const none = items.length === 0 && !tasks.hasNextPage;
  if (empty === null && none && tasks.error === null) return null;
  return (
    <Section title={title}>
      <QueryView query={tasks} loading={<Skeleton rows={1} height={56} />}>
        {() =>
          none ? (
            <div className={styles.dim}>{empty}</div>
          ) : (
            <>
              <ul className={styles.list} aria-label={title}>
                {items.map((task) => (
                  <li key={task.id}>
                    <TaskRow task={task} withIncident />
                  </li>
                ))}
              </ul>
              {tasks.hasNextPage && (
                <Button className={styles.more} size="sm" variant="secondary" disabled={tasks.isFetchingNextPage} onClick={() => void tasks.fetchNextPage()}>
                  {tasks.isFetchingNextPage ? 'Loading…' : 'Show more'}
                </Button>
              )}
            </>
          )
        }
      </QueryView>
    </Section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  more: css({ marginTop: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
});
