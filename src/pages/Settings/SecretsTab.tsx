import { useState } from 'react';
import { Button, ConfirmModal, Stack, useStyles2 } from '@grafana/ui';
import type { RunbookSecret } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useDeleteRunbookSecret, useRunbookSecrets } from '../../api/useRunbookSecrets.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ROLE_LABELS } from '../../model/roles.ts';
import { testIds } from '../../testIds.ts';
import { getListStyles } from './listStyles.ts';
import { SecretDialog } from './SecretDialog.tsx';

/** Passwords and tokens that steps of runbooks use. Their values go in and never come out. */
export function SecretsTab() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const secrets = useRunbookSecrets();
  const remove = useDeleteRunbookSecret();
  const [dialog, setDialog] = useState<'new' | RunbookSecret | null>(null);
  const [asked, setAsked] = useState<RunbookSecret | null>(null);
  return (
    <section>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <h3 className={styles.title}>Secrets of runbooks</h3>
        {can('putRunbookSecret') && (
          <Button size="sm" variant="secondary" icon="plus" onClick={() => setDialog('new')}>
            Add secret
          </Button>
        )}
      </Stack>
      <p className={styles.dim}>
        A step uses one as <code>{'{{ secrets.name }}'}</code>. Values are kept encrypted, are shown to nobody, and are masked in whatever a step writes.
      </p>
      <QueryView query={secrets} loading={<Skeleton rows={3} height={48} />}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>No secrets.</span>
          ) : (
            <ul className={styles.list}>
              {items.map((secret) => (
                <li key={secret.name} className={styles.row} data-testid={testIds.settings.secret}>
                  <div className={styles.words}>
                    <div>
                      <code>{secret.name}</code> {secret.description}
                    </div>
                    <div className={styles.dim}>
                      {secret.runbooks.length === 0 ? 'for any runbook' : `for ${secret.runbooks.join(', ')}`} · run by {ROLE_LABELS[secret.role].toLowerCase()} or higher · changed <Instant at={secret.updatedAt} />, {secret.updatedBy}
                    </div>
                  </div>
                  {can('putRunbookSecret') && (
                    <Button size="sm" variant="secondary" fill="outline" aria-label={`Change ${secret.name}`} onClick={() => setDialog(secret)}>
                      Change
                    </Button>
                  )}
                  {can('deleteRunbookSecret') && (
                    <Button size="sm" variant="secondary" fill="text" aria-label={`Remove ${secret.name}`} onClick={() => setAsked(secret)}>
                      Remove
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {dialog !== null && <SecretDialog secret={dialog === 'new' ? null : dialog} taken={(secrets.data ?? []).map(({ name }) => name)} onClose={() => setDialog(null)} />}
      {asked !== null && (
        <ConfirmModal
          isOpen
          title={`Remove ${asked.name}`}
          body={asked.runbooks.length === 0 ? 'Steps that use it fail from now on. The value cannot be brought back.' : `Steps of ${asked.runbooks.join(', ')} that use it fail from now on. The value cannot be brought back.`}
          confirmText="Remove"
          onDismiss={() => setAsked(null)}
          onConfirm={() => remove.mutate({ name: asked.name, version: asked.version }, { onSuccess: () => toast.done(`Removed: ${asked.name}`), onError: (error) => toast.failed(error), onSettled: () => setAsked(null) })}
        />
      )}
    </section>
  );
}
