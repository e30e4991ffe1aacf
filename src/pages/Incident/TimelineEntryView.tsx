import { css, cx } from '@emotion/css';
import { useState } from 'react';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, IconButton, TextArea, TextLink, useStyles2 } from '@grafana/ui';
import type { TimelineEntry } from '#contract';
import { useCan, useMe } from '../../api/useMe.ts';
import { useCreateTask } from '../../api/useTasks.ts';
import { useReviseNote } from '../../api/useTimeline.ts';
import { Instant } from '../../components/Instant.tsx';
import { useTargetRow } from '../../hooks/useTargetRow.ts';
import { useToast } from '../../hooks/useToast.ts';
import { TASK_STATE_WORDS } from '../../model/tasks.ts';
import { timelineIcon } from '../../model/timelineIcons.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  entry: TimelineEntry;
  number: number;
}

export function TimelineEntryView({ entry, number }: Props) {
  const styles = useStyles2(getStyles);
  const me = useMe();
  const can = useCan();
  const create = useCreateTask();
  const toast = useToast();
  const { ref, isTarget } = useTargetRow<HTMLLIElement>(entry.position);
  const [revising, setRevising] = useState(false);
  const [showsHistory, setShowsHistory] = useState(false);
  const isOfTask = entry.type.startsWith('incident.task');
  const isNote = entry.type === 'incident.note_added';
  const isOwn = me.data !== undefined && entry.actor.key === me.data.user.key;

  return (
    <li ref={ref} className={cx(styles.entry, isTarget && styles.target)} data-testid={testIds.incident.timelineEntry} data-type={entry.type}>
      <span className={styles.icon}>
        <Icon name={timelineIcon(entry.type)} aria-hidden />
      </span>
      <div className={styles.words}>
        <div className={styles.head}>
          <span className={styles.actor}>{entry.actor.name}</span>
          <Instant at={entry.at} as="clock" />
          <span>
            (<Instant at={entry.at} />)
          </span>
          {isNote && isOwn && can('reviseNote') && !revising && (
            <IconButton name="pen" size="sm" tooltip="Revise this note" onClick={() => setRevising(true)} />
          )}
          {can('createTask') && !isOfTask && (
            <IconButton
              name="check-square"
              size="sm"
              tooltip="Make a task of this"
              disabled={create.isPending}
              onClick={() =>
                create.mutate(
                  { number, body: { entry: entry.position } },
                  { onSuccess: (task) => toast.done(`Task added: ${task.title}`), onError: (error) => toast.failed(error) }
                )
              }
            />
          )}
        </div>
        {revising ? (
          <ReviseForm entry={entry} number={number} onDone={() => setRevising(false)} />
        ) : (
          <div className={isNote ? styles.note : styles.text}>{entry.text}</div>
        )}
        {entry.tasks.map((task) => (
          <div key={task.id} className={styles.head}>
            <Icon name="check-square" size="sm" aria-hidden />
            <span>
              Task <TextLink href={paths.task(number, task.id)} inline>{task.title}</TextLink>, {TASK_STATE_WORDS[task.state]}
            </span>
          </div>
        ))}
        {entry.revisions.length > 0 && (
          <>
            <Button
              size="sm"
              fill="text"
              variant="secondary"
              icon={showsHistory ? 'angle-down' : 'angle-right'}
              aria-expanded={showsHistory}
              onClick={() => setShowsHistory(!showsHistory)}
            >
              {`Revised, ${entry.revisions.length} earlier ${entry.revisions.length === 1 ? 'wording' : 'wordings'}`}
            </Button>
            {showsHistory && (
              <ol className={styles.revisions}>
                {entry.revisions.map(({ at, actor, text }) => (
                  <li key={at}>
                    <div className={styles.head}>
                      {actor.name}, {dateTimeFormat(at)}
                    </div>
                    <div className={styles.text}>{text}</div>
                  </li>
                ))}
              </ol>
            )}
          </>
        )}
      </div>
    </li>
  );
}

function ReviseForm({ entry, number, onDone }: Props & { onDone: () => void }) {
  const styles = useStyles2(getStyles);
  const revise = useReviseNote(number);
  const toast = useToast();
  const [text, setText] = useState(entry.text);
  // as it was when the form opened: what its words are based on
  const [version] = useState(entry.version);
  return (
    <div className={styles.revise}>
      <TextArea aria-label="New wording" rows={3} maxLength={20_000} autoFocus value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <div className={styles.buttons}>
        <Button
          size="sm"
          disabled={text.trim() === '' || text === entry.text || revise.isPending}
          onClick={() =>
            revise.mutate({ position: entry.position, version, text }, { onSuccess: onDone, onError: (error) => toast.failed(error) })
          }
        >
          Save
        </Button>
        <Button size="sm" variant="secondary" fill="outline" onClick={onDone}>
          Back
        </Button>
        <span className={styles.head}>The earlier wording is kept.</span>
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  entry: css({
    display: 'flex',
    gap: theme.spacing(1.5),
    padding: theme.spacing(1, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  target: css({ background: theme.colors.action.selected }),
  icon: css({ flexShrink: 0, paddingTop: 2, color: theme.colors.text.secondary }),
  words: css({ flex: 1, minWidth: 0 }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.25, 1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    fontVariantNumeric: 'tabular-nums',
  }),
  actor: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
  text: css({ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
  note: css({
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    marginTop: theme.spacing(0.5),
    padding: theme.spacing(1),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  revisions: css({
    margin: theme.spacing(0.5, 0, 0),
    paddingLeft: theme.spacing(2),
    borderLeft: `2px solid ${theme.colors.border.medium}`,
    listStyle: 'none',
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
  }),
  revise: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), marginTop: theme.spacing(0.5) }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
});
