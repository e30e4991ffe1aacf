import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, useStyles2, type BadgeColor } from '@grafana/ui';
import { TIMELINE_AUDIENCE, type StatusUpdate } from '#contract';
import { useMoveUpdate, type UpdateMove } from '../../api/useComms.ts';
import { boxStyle } from '../../components/boxStyle.ts';
import { Instant } from '../../components/Instant.tsx';
import { Markdown } from '../../components/runs/Markdown.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { COMPONENT_WORDS, PHASE_WORDS, UPDATE_STATE_WORDS } from '../../model/comms.ts';
import { testIds } from '../../testIds.ts';
import { UpdateDeliveries } from './UpdateDeliveries.tsx';

interface Props {
  update: StatusUpdate;
  onEdit?: () => void;
  onCorrect?: () => void;
  /** When a correction took its place. */
  correctedAt?: string | undefined;
}

const COLORS: Readonly<Record<StatusUpdate['state'], BadgeColor>> = { draft: 'darkgrey', approved: 'blue', published: 'green', discarded: 'darkgrey' };
const SAID: Readonly<Record<UpdateMove, string>> = { approve: 'Approved', publish: 'Published', discard: 'Thrown away' };

/** One update: how it reads, who did what with it, and what comes next. */
export function UpdateCard({ update, onEdit, onCorrect, correctedAt }: Props) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const move = useMoveUpdate();

  function go(to: UpdateMove): void {
    move.mutate({ update, move: to }, { onSuccess: () => toast.done(`${SAID[to]}: update to ${update.audienceName}`), onError: (error) => toast.failed(error) });
  }

  return (
    <article className={styles.card} data-testid={testIds.comms.update} data-state={update.state} aria-label={`Update to ${update.audienceName}`}>
      <div className={styles.line}>
        <strong>{update.audienceName}</strong>
        <Badge color={COLORS[update.state]} text={UPDATE_STATE_WORDS[update.state]} />
        <span className={styles.dim}>{PHASE_WORDS[update.phase]}</span>
        {update.corrects !== null && <Badge color="orange" text="Correction" />}
        {update.correctedBy !== null && (
          <span className={styles.dim}>
            corrected{correctedAt !== undefined && <> <Instant at={correctedAt} /></>}
          </span>
        )}
      </div>
      {update.subject !== '' && <div className={styles.subject}>{update.subject}</div>}
      <Markdown text={update.text} />
      {update.components.length > 0 && <div className={styles.dim}>{update.components.map(({ name, state }) => `${name}: ${COMPONENT_WORDS[state]}`).join(' · ')}</div>}
      <History update={update} />
      {update.state === 'published' && update.audience !== TIMELINE_AUDIENCE && <UpdateDeliveries update={update} />}
      {update.whyNot !== null && <div className={styles.dim}>{`${update.whyNot.charAt(0).toUpperCase()}${update.whyNot.slice(1)}.`}</div>}
      <div className={styles.line}>
        {update.may.approve && (
          <Button size="sm" disabled={move.isPending} onClick={() => go('approve')}>
            Approve
          </Button>
        )}
        {update.may.publish && (
          <Button size="sm" disabled={move.isPending} onClick={() => go('publish')}>
            {`Publish to ${update.audienceName}`}
          </Button>
        )}
        {update.may.edit && onEdit !== undefined && (
          <Button size="sm" variant="secondary" onClick={onEdit}>
            Edit
          </Button>
        )}
        {update.may.discard && (
          <Button size="sm" variant="secondary" fill="text" disabled={move.isPending} onClick={() => go('discard')}>
            Throw away
          </Button>
        )}
        {onCorrect !== undefined && (
          <Button size="sm" variant="secondary" fill="text" onClick={onCorrect}>
            Correct it
          </Button>
        )}
      </div>
    </article>
  );
}

function History({ update }: { update: StatusUpdate }) {
  const styles = useStyles2(getStyles);
  const steps = [
    { word: 'written', by: update.created }, { word: 'changed', by: update.edited }, { word: 'approved', by: update.approved }, { word: 'published', by: update.published },
  ].flatMap(({ word, by }) => (by === null ? [] : [{ word, ...by }]));
  return (
    <div className={styles.history}>
      {steps.map(({ word, actor, at }) => (
        <span key={word}>
          {`${word} by ${actor.name} `}
          <Instant at={at} />
        </span>
      ))}
      {update.nextUpdateAt !== null && (
        <span>
          next promised for <Instant at={update.nextUpdateAt} as="clock" />
        </span>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({ ...boxStyle(theme), flexDirection: 'column', minWidth: 0, overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  subject: css({ fontWeight: theme.typography.fontWeightMedium }),
  history: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.25, 2), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  dim: css({ color: theme.colors.text.secondary }),
});
