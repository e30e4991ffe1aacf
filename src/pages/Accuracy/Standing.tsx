import { useState } from 'react';
import { Alert, Button } from '@grafana/ui';
import type { HelperAccuracy } from '#contract';
import { usePutHelperMode } from '../../api/useAccuracy.ts';
import { useCan } from '../../api/useMe.ts';
import { Instant } from '../../components/Instant.tsx';
import { ReasonDialog } from '../../components/ReasonDialog.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { asShadowHelper, SHADOW_MEANINGS } from '../../model/helpers.ts';

/** Whether a helper is in shadow, since when and why; and the way there and back. */
export function Standing({ helper: { helper, standing }, title }: { helper: HelperAccuracy; title: string }) {
  const can = useCan();
  const toast = useToast();
  const put = usePutHelperMode();
  const [asks, setAsks] = useState(false);
  const shaded = asShadowHelper(helper);
  if (shaded === null || standing === null) return null;
  const isShadow = standing.mode === 'shadow';
  const verb = isShadow ? 'Put it back' : 'Put it to shadow';
  return (
    <>
      {isShadow && (
        <Alert severity="warning" title={`${title} is in shadow`}>
          <div>
            {standing.since !== null && <Instant at={standing.since} />}
            {standing.by !== null && ` by ${standing.by.kind === 'system' ? 'itself' : standing.by.name}`}: {standing.reason}
          </div>
          <div>{SHADOW_MEANINGS[shaded]} It goes on being measured.</div>
        </Alert>
      )}
      {can('putHelperMode') && (
        <Button size="sm" variant="secondary" fill={isShadow ? 'solid' : 'text'} aria-label={`${verb}: ${title}`} onClick={() => setAsks(true)}>
          {verb}
        </Button>
      )}
      {asks && (
        <ReasonDialog
          title={`${verb}: ${title}`}
          confirmText={verb}
          required
          hint={isShadow ? 'What it says is shown and acted on again. It puts itself to shadow anew after two whole weeks, if it still does worse than its baseline.' : SHADOW_MEANINGS[shaded]}
          shownIn="in the audit log and here"
          busy={put.isPending}
          error={put.error}
          onConfirm={(reason = '') =>
            put.mutate(
              { version: standing.version, body: { helper: shaded, mode: isShadow ? 'live' : 'shadow', reason } },
              {
                onSuccess: () => {
                  toast.done(isShadow ? `${title} is live again` : `${title} is in shadow`);
                  setAsks(false);
                },
              },
            )
          }
          onDismiss={() => setAsks(false)}
        />
      )}
    </>
  );
}
