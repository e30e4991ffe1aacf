import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Collapse, ConfirmButton, Stack, useStyles2 } from '@grafana/ui';
import type { DeadLetter } from '#contract';
import { useDiscardDeadLetter, useReplayDeadLetter } from '../../api/useDeadLetters.ts';
import { useCan } from '../../api/useMe.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { Instant } from '../../components/Instant.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';

export function DeadLetterCard({ letter }: { letter: DeadLetter }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const replay = useReplayDeadLetter();
  const discard = useDiscardDeadLetter();
  const [showsPayload, setShowsPayload] = useState(false);

  return (
    <section className={styles.card} data-testid={testIds.settings.deadLetter}>
      <div className={styles.error}>
        {letter.field !== null && (
          <>
            <code>{letter.field}</code>:{' '}
          </>
        )}
        {letter.error}
      </div>
      <div className={styles.dim}>
        From {letter.source}, <Instant at={letter.receivedAt} /> · {letter.payloadBytes.toLocaleString()} bytes · tried{' '}
        {letter.attempts} {letter.attempts === 1 ? 'time' : 'times'}
        {letter.replayedAt !== null && (
          <>
            {' '}
            · replayed <Instant at={letter.replayedAt} />
          </>
        )}
      </div>
      <Collapse label="Payload" isOpen={showsPayload} onToggle={setShowsPayload}>
        <CopyBlock text={readable(letter.payload)} label="payload" />
      </Collapse>
      <Stack gap={1} wrap="wrap">
        {can('replayDeadLetter') && (
          <Button
            size="sm"
            variant="secondary"
            icon="history"
            disabled={replay.isPending}
            onClick={() =>
              replay.mutate(letter.id, {
                onSuccess: ({ replayed, alerts, error }) =>
                  replayed ? toast.done(`Read now: ${alerts} ${alerts === 1 ? 'alert' : 'alerts'}`) : toast.warn(`Still not readable: ${error ?? 'no reason given'}`),
                onError: (error) => toast.failed(error),
              })
            }
          >
            Replay
          </Button>
        )}
        {can('discardDeadLetter') && (
          <ConfirmButton
            confirmText="Discard for good"
            confirmVariant="destructive"
            size="sm"
            onConfirm={() => discard.mutate(letter.id, { onError: (error) => toast.failed(error) })}
          >
            Discard
          </ConfirmButton>
        )}
      </Stack>
    </section>
  );
}

/** JSON on several lines; anything else as it came. */
function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    // being unreadable is why it is here
    return payload;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    minWidth: 0,
  }),
  error: css({ overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
