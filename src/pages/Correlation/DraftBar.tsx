import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, LinkButton, Stack, useStyles2 } from '@grafana/ui';
import type { CorrelationState } from '#contract';
import { useActivateDraft, useDiscardDraft } from '../../api/useCorrelation.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { describeChanges } from '../../model/correlationRules.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

/** What is in force, and what waits as a draft. */
export function DraftBar({ state }: { state: CorrelationState }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const activate = useActivateDraft();
  const discard = useDiscardDraft();
  const [asksNote, setAsksNote] = useState(false);
  const { active, draft, version } = state;
  const changes = draft === null ? '' : describeChanges(active.settings, draft.settings);
  const busy = activate.isPending || discard.isPending;

  return (
    <div className={styles.bar} data-testid={testIds.correlation.draft} data-draft={draft !== null}>
      <div className={styles.text}>
        <div>
          {active.activatedAt === null ? (
            <>In force: as shipped, without rules of your own</>
          ) : (
            <>
              In force: version {active.version}, {active.note} (<Instant at={active.activatedAt} />
              {active.activatedBy === null ? '' : `, ${active.activatedBy.name}`})
            </>
          )}
        </div>
        {draft === null ? (
          <div className={styles.dim}>No draft. The first edit makes one; nothing live changes until it is activated.</div>
        ) : (
          <div>
            <strong>Draft:</strong> {changes === '' ? 'the same as what is in force' : changes} (<Instant at={draft.editedAt} />, {draft.editedBy.name})
          </div>
        )}
      </div>
      {draft !== null && (
        <Stack gap={1} wrap="wrap">
          <LinkButton variant="secondary" icon="history" href={paths.correlation('back-tests')}>
            Try on the past
          </LinkButton>
          {can('activateCorrelationDraft') && (
            <>
              <Button disabled={busy || changes === ''} onClick={() => setAsksNote(true)}>
                Activate…
              </Button>
              <Button
                variant="secondary"
                fill="outline"
                disabled={busy}
                onClick={() => discard.mutate({ version }, { onSuccess: () => toast.done('Draft thrown away'), onError: (error) => toast.failed(error) })}
              >
                Throw away
              </Button>
            </>
          )}
        </Stack>
      )}
      {asksNote && (
        <ReasonDialog
          title="Put the draft into force"
          confirmText="Activate"
          required
          shownIn="in the history"
          hint={`From the next alert on: ${changes}. What is open stays as it is.`}
          busy={activate.isPending}
          error={activate.error}
          onDismiss={() => setAsksNote(false)}
          onConfirm={(note = '') =>
            activate.mutate(
              { version, note },
              {
                onSuccess: ({ active: now }) => {
                  setAsksNote(false);
                  toast.done(`Version ${now.version} is in force`);
                },
              }
            )
          }
        />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'center',
    justifyContent: 'space-between',
    padding: theme.spacing(1.5, 2),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    '&[data-draft="true"]': { borderLeft: `3px solid ${theme.colors.warning.border}` },
  }),
  text: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5), minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
