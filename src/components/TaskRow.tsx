import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Checkbox, Icon, TextLink, useStyles2 } from '@grafana/ui';
import { incidentKey, type Task } from '#contract';
import { useCan } from '../api/useMe.ts';
import { useEditTask, useMoveTask, type TaskMove } from '../api/useTasks.ts';
import { useTargetRow } from '../hooks/useTargetRow.ts';
import { useToast } from '../hooks/useToast.ts';
import { isOpenTask, ownerWords } from '../model/tasks.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { boxStyle } from './boxStyle.ts';
import { Instant } from './Instant.tsx';

interface Props {
  task: Task;
  /** Says and links the incident, where tasks of several stand together. */
  withIncident?: boolean;
  /** Opens the form; without it, the row leads to the incident instead. */
  onEdit?: () => void;
}

/** One task: tick it off, see who has it, until when, and what it waits for. */
export function TaskRow({ task, withIncident = false, onEdit }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const move = useMoveTask();
  const edit = useEditTask();
  const { ref, isTarget } = useTargetRow<HTMLDivElement>(task.id);
  const isOpen = isOpenTask(task);
  // what was pressed shows at once; a refusal puts it back
  const isTicked = move.isPending ? move.variables.move === 'complete' : !isOpen;
  const checklist = (edit.isPending ? edit.variables.body.checklist : undefined) ?? task.checklist;
  const before = task.waitsFor.filter((other) => isOpenTask(other));
  const mayChange = can('editTask');

  function go(to: TaskMove, said: string): void {
    move.mutate({ id: task.id, move: to }, { onSuccess: () => toast.done(`${said}: ${task.title}`), onError: (error) => toast.failed(error) });
  }

  function tick(place: number, done: boolean): void {
    const ticked = task.checklist.map((item, at) => (at === place ? { ...item, done } : item));
    edit.mutate({ id: task.id, version: task.version, body: { checklist: ticked } }, { onError: (error) => toast.failed(error) });
  }

  return (
    <div ref={ref} className={cx(styles.row, isTarget && styles.target)} data-testid={testIds.task} data-state={task.state}>
      <div className={styles.words}>
        {task.state === 'cancelled' ? (
          <span className={styles.ended}>{task.title}</span>
        ) : (
          <Checkbox
            label={task.title}
            value={isTicked}
            disabled={move.isPending || (isOpen ? !can('completeTask') || task.blocked : !can('reopenTask'))}
            onChange={() => (isOpen ? go('complete', 'Done') : go('reopen', 'Reopened'))}
          />
        )}
        <div className={styles.facts}>
          {withIncident && (
            <TextLink href={paths.task(task.incident.number, task.id)} inline>
              {`${incidentKey(task.incident.number)} ${task.incident.title}`}
            </TextLink>
          )}
          <span>{ownerWords(task.owner)}</span>
          {task.state === 'doing' && <span>in progress</span>}
          {task.state === 'cancelled' && <span>not needed</span>}
          {isOpen && task.priority !== 'normal' && <span>{task.priority === 'high' ? 'high priority' : 'low priority'}</span>}
          {isOpen && task.overdue && <Badge color="red" icon="clock-nine" text="Overdue" />}
          {isOpen && task.dueAt !== null && (
            <span>
              due <Instant at={task.dueAt} as="clock" />
            </span>
          )}
          {task.endedAt !== null && <Instant at={task.endedAt} />}
          {task.entry !== null && (
            <TextLink href={paths.timelineEntry(task.incident.number, task.entry.position)} inline>
              from the timeline
            </TextLink>
          )}
        </div>
        {isOpen && task.blocked && (
          <div className={styles.facts}>
            <Icon name="pause" size="sm" aria-hidden />
            <span>{`Waits for ${before.map((other) => `“${other.title}”`).join(', ')}`}</span>
          </div>
        )}
        {task.description !== '' && <div className={styles.description}>{task.description}</div>}
        {task.checklist.length > 0 && (
          <ul className={styles.list} aria-label={`Checklist of ${task.title}`}>
            {checklist.map((item, place) => (
              <li key={`${place} ${item.text}`}>
                <Checkbox label={item.text} value={item.done ?? false} disabled={!isOpen || !mayChange || edit.isPending} onChange={(event) => tick(place, event.currentTarget.checked)} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className={styles.buttons}>
        {isOpen && onEdit !== undefined && mayChange && (
          <Button size="sm" variant="secondary" fill="outline" aria-label={`Edit ${task.title}`} onClick={onEdit}>
            Edit
          </Button>
        )}
        {isOpen && onEdit !== undefined && can('cancelTask') && (
          <Button size="sm" variant="secondary" fill="text" aria-label={`Not needed: ${task.title}`} disabled={move.isPending} onClick={() => go('cancel', 'Not needed')}>
            Not needed
          </Button>
        )}
        {task.state === 'cancelled' && can('reopenTask') && (
          <Button size="sm" variant="secondary" fill="text" aria-label={`Reopen ${task.title}`} disabled={move.isPending} onClick={() => go('reopen', 'Reopened')}>
            Reopen
          </Button>
        )}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ ...boxStyle(theme), flexWrap: 'wrap', justifyContent: 'space-between', alignItems: 'flex-start' }),
  target: css({ background: theme.colors.action.selected }),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere', '& label': { maxWidth: '100%', '& span': { overflow: 'visible', whiteSpace: 'normal' } } }),
  ended: css({ textDecoration: 'line-through', color: theme.colors.text.secondary }),
  facts: css({
    display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.25, 1.5), marginTop: theme.spacing(0.5), paddingLeft: theme.spacing(3), color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize, fontVariantNumeric: 'tabular-nums',
  }),
  description: css({ marginTop: theme.spacing(0.5), paddingLeft: theme.spacing(3), whiteSpace: 'pre-wrap' }),
  list: css({ listStyle: 'none', margin: theme.spacing(0.5, 0, 0), paddingLeft: theme.spacing(3) }),
  buttons: css({ display: 'flex', gap: theme.spacing(0.5), flexShrink: 0 }),
});
