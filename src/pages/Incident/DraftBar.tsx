import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, useStyles2 } from '@grafana/ui';
import type { Audience, UpdateDraft } from '#contract';
import { useWriteDraft } from '../../api/useInsights.ts';
import { useToast } from '../../hooks/useToast.ts';
import { useCan } from '../../api/useMe.ts';
import { LANGUAGE_WORDS, WORDING_WORDS } from '../../model/comms.ts';
import { testIds } from '../../testIds.ts';
import { ModelDialog } from './ModelDialog.tsx';

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
  const can = useCan();
  const [isAsking, setAsking] = useState(false);
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
          <>
            {drafted.modelOffered && can('previewDraft') && (
              <Button type="button" size="sm" variant="secondary" icon="comment-alt-message" onClick={() => setAsking(true)}>
                Reword it with a model
              </Button>
            )}
            <Button type="button" size="sm" variant="secondary" fill="text" onClick={() => onTakeOut(drafted)}>
              Take the draft out
            </Button>
          </>
        )}
      </div>
      {drafted !== null && drafted.whyNotModel !== null && <div role="alert" className={styles.warning}>{`Not written by a model: ${drafted.whyNotModel}. This is Muster’s own draft.`}</div>}
      {drafted !== null && (
        <div role="status" className={styles.line}>
          <Badge text="Draft" color="orange" icon="pen" />
          <span>
            {`${drafted.by === 'model' ? 'Written by a model from Muster’s draft' : 'By Muster'}, ${WORDING_WORDS[drafted.wording]}. Read it and change it before you send it.`}
            {drafted.language !== audience.language && ` It is in ${LANGUAGE_WORDS[drafted.language]}; ${audience.name} read ${LANGUAGE_WORDS[audience.language]}.`}
            {drafted.left.length > 0 && ` Only you can say: ${drafted.left.join(', ')}.`}
          </span>
        </div>
      )}
      {isAsking && (
        // Its form is not the form of the update: sending to a model must not send the update.
        <div onSubmit={(event) => event.stopPropagation()}>
          <ModelDialog number={number} audience={audience} onDraft={onDraft} onClose={() => setAsking(false)} />
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5, 1), overflowWrap: 'anywhere', '& > span': { minWidth: 0 } }),
  warning: css({ color: theme.colors.warning.text }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
