import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, useStyles2 } from '@grafana/ui';
import type { Audience, UpdateDraft } from '#contract';
import { useWriteDraft } from '../../api/useInsights.ts';
import { useToast } from '../../hooks/useToast.ts';
import { LANGUAGE_WORDS, WORDING_WORDS } from '../../model/comms.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  number: number;
  audience: Audience;
  /** The draft that stands in the form; null: none. */
  drafted: UpdateDraft | null;
  onDraft: (draft: UpdateDraft) => void;
  onTakeOut: (draft: UpdateDraft) => void;
}

/** Has a first wording written, and says of one that it is a draft, how it is worded, and what it leaves to people. */
export function DraftBar({ number, audience, drafted, onDraft, onTakeOut }: Props) {
  const styles = useStyles2(getStyles);
  const toast = useToast();
  const write = useWriteDraft(number);
  return (
    <div className={styles.bar} data-testid={testIds.comms.draft}>
      <div className={styles.line}>
        <Button
          type="button"
          size="sm"
          variant="secondary"
          icon="pen"
          disabled={write.isPending}
          onClick={() => write.mutate({ audience: audience.id }, { onSuccess: onDraft, onError: (error) => toast.failed(error) })}
        >
          {drafted === null ? 'Draft it' : 'Draft it again'}
        </Button>
        {drafted === null ? (
          <span className={styles.dim}>Fills in what Muster knows. Nothing is sent.</span>
        ) : (
          <Button type="button" size="sm" variant="secondary" fill="text" onClick={() => onTakeOut(drafted)}>
            Take the draft out
          </Button>
        )}
      </div>
      {drafted !== null && (
        <div role="status" className={styles.line}>
          <Badge text="Draft" color="orange" icon="pen" />
          <span>
            {`By Muster, ${WORDING_WORDS[drafted.wording]}. Read it and change it before you send it.`}
            {drafted.language !== audience.language && ` It is in ${LANGUAGE_WORDS[drafted.language]}; ${audience.name} read ${LANGUAGE_WORDS[audience.language]}.`}
            {drafted.left.length > 0 && ` Only you can say: ${drafted.left.join(', ')}.`}
          </span>
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), overflowWrap: 'anywhere', '& > span': { minWidth: 0 } }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
