import { css } from '@emotion/css';
import { useEffect } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Audience, RemovedKind, UpdateDraft } from '#contract';
import { usePreviewDraft } from '../../api/useDraftModel.ts';
import { useWriteDraft } from '../../api/useInsights.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { countOf } from '../../model/counts.ts';

interface Props {
  number: number;
  audience: Audience;
  onDraft: (draft: UpdateDraft) => void;
  onClose: () => void;
}

const REMOVED: Readonly<Record<RemovedKind, string>> = { secret: 'secret', person: 'name', email: 'e-mail', address: 'IP address', host: 'host name', phone: 'telephone number', incident: 'other incident' };

/** Shows to the letter what a model would be sent, and sends it when somebody says so. */
export function ModelDialog({ number, audience, onDraft, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const { mutate: look, data: request, error: lookError } = usePreviewDraft(number);
  const write = useWriteDraft(number);
  useEffect(() => look({ audience: audience.id }), [look, audience.id]);
  const mayBeSent = request !== undefined && request.whyNot === null;

  return (
    <DialogForm
      title="Have a model reword the draft"
      confirmText={write.isPending ? 'The model writes…' : 'Send this to the model'}
      canConfirm={mayBeSent && !write.isPending}
      error={lookError ?? write.error}
      onClose={onClose}
      onConfirm={() => {
        if (request === undefined) return;
        write.mutate(
          { audience: audience.id, by: 'model', seen: request.hash },
          {
            onSuccess: (draft) => {
              onDraft(draft);
              onClose();
            },
          }
        );
      }}
    >
      {request === undefined && lookError === null && <Skeleton rows={6} height={24} />}
      {request !== undefined && request.whyNot !== null && <div>{`Nothing is sent: ${request.whyNot}.`}</div>}
      {mayBeSent && (
        <>
          <div className={styles.text}>
            {`This goes to ${request.url ?? ''} (${request.model ?? ''}), and nothing else. `}
            {request.removed.length === 0 ? 'There was nothing to take out.' : `Taken out before: ${request.removed.map(({ kind, count }) => countOf(count, REMOVED[kind])).join(', ')}.`}
          </div>
          {request.messages.map(({ role, content }) => (
            <CopyBlock key={role} label={role === 'system' ? 'What it is told to do' : 'What it is to reword'} text={content} />
          ))}
        </>
      )}
    </DialogForm>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({ overflowWrap: 'anywhere', color: theme.colors.text.secondary }),
});
