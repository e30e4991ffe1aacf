import { css } from '@emotion/css';
import { useState, type FormEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Input, useStyles2 } from '@grafana/ui';
import type { Incident, Task } from '#contract';
import { useCan, useMe } from '../../api/useMe.ts';
import { useCreateTask, type useIncidentTasks } from '../../api/useTasks.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { TaskRow } from '../../components/TaskRow.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { isOpenTask } from '../../model/tasks.ts';
import { TaskDialog } from './TaskDialog.tsx';

interface Props {
  incident: Incident;
  tasks: ReturnType<typeof useIncidentTasks>;
}

/** What is to be done in an incident, and what was. */
export function TasksTab({ incident, tasks }: Props) {
  const styles = useStyles2(getStyles);
  const me = useMe();
  const can = useCan();
  const [showsEnded, setShowsEnded] = useState(false);
  const [dialog, setDialog] = useState<'new' | Task | null>(null);
  const open = tasks.data?.filter((task) => isOpenTask(task)) ?? [];

  if (me.data !== undefined && !can('listIncidentTasks')) return <NoAccess />;
  return (
    <div className={styles.tab}>
      {can('createTask') && incident.state !== 'duplicate' && <QuickAdd number={incident.number} onDetails={() => setDialog('new')} />}
      <div className={styles.whole}>
        <QueryView query={tasks} loading={<Skeleton rows={4} height={56} />}>
          {(items) => {
            const ended = items.filter((task) => !isOpenTask(task));
            return (
              <>
                {open.length === 0 ? (
                  <div className={styles.dim}>{ended.length === 0 ? 'No tasks yet. Write down what has to be done, so that it is not forgotten and has an owner.' : 'Nothing is left to do.'}</div>
                ) : (
                  <ul className={styles.list} aria-label="Open tasks" aria-live="polite" aria-relevant="additions">
                    {open.map((task) => (
                      <li key={task.id}>
                        <TaskRow task={task} onEdit={() => setDialog(task)} />
                      </li>
                    ))}
                  </ul>
                )}
                {ended.length > 0 && (
                  <>
                    <Button size="sm" fill="text" variant="secondary" icon={showsEnded ? 'angle-down' : 'angle-right'} aria-expanded={showsEnded} onClick={() => setShowsEnded(!showsEnded)}>
                      {`${ended.length} done or not needed`}
                    </Button>
                    {showsEnded && (
                      <ul className={styles.list} aria-label="Tasks that are done or not needed">
                        {ended.map((task) => (
                          <li key={task.id}>
                            <TaskRow task={task} />
                          </li>
                        ))}
                      </ul>
                    )}
                  </>
                )}
              </>
            );
          }}
        </QueryView>
      </div>
      {dialog !== null && <TaskDialog incident={incident} task={dialog === 'new' ? null : dialog} others={open} onClose={() => setDialog(null)} />}
    </div>
  );
}

/** A task in one line and one key; the rest can follow. */
function QuickAdd({ number, onDetails }: { number: number; onDetails: () => void }) {
  const styles = useStyles2(getStyles);
  const create = useCreateTask();
  const toast = useToast();
  const [title, setTitle] = useState('');

  function add(event: FormEvent): void {
    event.preventDefault();
    if (title.trim() === '' || create.isPending) return;
    create.mutate({ number, body: { title } }, { onSuccess: () => setTitle(''), onError: (error) => toast.failed(error) });
  }

  return (
    <form className={styles.add} onSubmit={add}>
      <div className={styles.field}>
        <Input aria-label="New task" placeholder="What has to be done?" maxLength={300} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      </div>
      <Button type="submit" disabled={title.trim() === '' || create.isPending}>
        Add task
      </Button>
      <Button type="button" variant="secondary" onClick={onDetails}>
        With details…
      </Button>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 960 }),
  whole: css({ display: 'flex', flexDirection: 'column', alignItems: 'stretch', gap: theme.spacing(1) }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  add: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  field: css({ flex: '1 1 240px', minWidth: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
});
