import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, ConfirmModal, useStyles2 } from '@grafana/ui';
import type { Source } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useRevokeSourceToken } from '../../api/useSources.ts';
import { Instant } from '../../components/Instant.tsx';
import { useToast } from '../../hooks/useToast.ts';

type SourceToken = Source['tokens'][number];

/** The living tokens of a source, told apart by their last characters. */
export function SourceTokens({ source }: { source: Source }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const revoke = useRevokeSourceToken();
  const [asked, setAsked] = useState<{ token: SourceToken; version: number } | null>(null);
  if (source.tokens.length === 0) {
    return <div className={styles.warning}>No token: nothing can be received until one is issued.</div>;
  }
  return (
    <ul className={styles.list} aria-label="Tokens">
      {source.tokens.map((token) => (
        <li key={token.id} className={styles.token}>
          <span>
            Token <code>…{token.hint}</code>
          </span>
          <span className={styles.dim}>
            issued <Instant at={token.createdAt} />,{' '}
            {token.lastUsedAt === null ? (
              'never used'
            ) : (
              <>
                last used <Instant at={token.lastUsedAt} />
              </>
            )}
          </span>
          {token.provisioned && <span className={styles.dim}>from a file</span>}
          {can('revokeSourceToken') && !token.provisioned && (
            <Button size="sm" variant="secondary" fill="text" onClick={() => setAsked({ token, version: source.version })}>
              Revoke
            </Button>
          )}
        </li>
      ))}
      {asked !== null && (
        <ConfirmModal
          isOpen
          title={`Revoke token …${asked.token.hint}`}
          body="Deliveries with this token are refused at once."
          confirmText="Revoke"
          onDismiss={() => setAsked(null)}
          onConfirm={() =>
            revoke.mutate(
              { source: source.id, version: asked.version, id: asked.token.id },
              { onError: (error) => toast.failed(error), onSettled: () => setAsked(null) }
            )
          }
        />
      )}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0 }),
  token: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0, 1) }),
  dim: css({ color: theme.colors.text.secondary }),
  warning: css({ color: theme.colors.warning.text }),
});
