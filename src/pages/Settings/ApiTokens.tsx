import { useState } from 'react';
import { dateTimeFormat } from '@grafana/data';
import { Alert, Button, ConfirmModal, Modal, Stack, useStyles2 } from '@grafana/ui';
import type { ApiToken, ResponseOf } from '#contract';
import { useApiTokens, useRevokeApiToken } from '../../api/useAccess.ts';
import { useCan } from '../../api/useMe.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { ROLE_LABELS } from '../../model/roles.ts';
import { testIds } from '../../testIds.ts';
import { CreateApiTokenModal } from './CreateApiTokenModal.tsx';
import { getListStyles } from './listStyles.ts';

export function ApiTokens() {
  const styles = useStyles2(getListStyles);
  const can = useCan();
  const toast = useToast();
  const tokens = useApiTokens();
  const revoke = useRevokeApiToken();
  const [creating, setCreating] = useState(false);
  const [issued, setIssued] = useState<ResponseOf<'createApiToken'> | null>(null);
  const [asked, setAsked] = useState<ApiToken | null>(null);

  return (
    <section>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <h3 className={styles.title}>API tokens</h3>
        {can('createApiToken') && (
          <Button size="sm" variant="secondary" icon="plus" onClick={() => setCreating(true)}>
            Create token
          </Button>
        )}
      </Stack>
      <p className={styles.dim}>For scripts that talk to the service itself, without Grafana.</p>
      <QueryView query={tokens}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>No tokens.</span>
          ) : (
            <ul className={styles.list}>
              {items.map((token) => (
                <li key={token.id} className={styles.row}>
                  <div className={styles.words}>
                    <div>
                      {token.name} <code>…{token.hint}</code>
                    </div>
                    <div className={styles.dim}>
                      {ROLE_LABELS[token.role]}
                      {token.seesPrivate && ', sees private incidents'} · ends {dateTimeFormat(token.expiresAt, { format: 'YYYY-MM-DD' })} ·{' '}
                      {token.lastUsedAt === null ? (
                        'never used'
                      ) : (
                        <>
                          last used <Instant at={token.lastUsedAt} />
                        </>
                      )}
                    </div>
                  </div>
                  {can('revokeApiToken') && (
                    <Button size="sm" variant="secondary" fill="outline" onClick={() => setAsked(token)}>
                      Revoke
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {creating && (
        <CreateApiTokenModal
          onClose={() => setCreating(false)}
          onCreated={(token) => {
            setCreating(false);
            setIssued(token);
          }}
        />
      )}
      {issued !== null && (
        <Modal title={`Token ${issued.apiToken.name}`} isOpen closeOnBackdropClick={false} onDismiss={() => setIssued(null)}>
          <Stack direction="column" gap={2}>
            <Alert severity="warning" title="Copy it now. It is not shown again." />
            <CopyBlock text={issued.token} label="token" testId={testIds.settings.issuedToken} />
            <Stack justifyContent="flex-end">
              <Button onClick={() => setIssued(null)}>I have copied it</Button>
            </Stack>
          </Stack>
        </Modal>
      )}
      {asked !== null && (
        <ConfirmModal
          isOpen
          title={`Revoke ${asked.name}`}
          body="Requests with this token are refused at once."
          confirmText="Revoke"
          onDismiss={() => setAsked(null)}
          onConfirm={() => revoke.mutate(asked.id, { onError: (error) => toast.failed(error), onSettled: () => setAsked(null) })}
        />
      )}
    </section>
  );
}
