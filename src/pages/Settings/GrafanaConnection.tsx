import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Field, Input, SecretInput, Stack, useStyles2 } from '@grafana/ui';
import { putGrafanaConnectionBody, type GrafanaConnection as Connection } from '#contract';
import { useGrafanaConnection, usePutGrafanaConnection, useTestGrafanaConnection } from '../../api/useGrafanaConnection.ts';
import { useCan } from '../../api/useMe.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { HopList } from '../../components/HopList.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { grafanaHopsOf } from '../../model/hops.ts';
import { testIds } from '../../testIds.ts';

/** The way back: how Muster asks Grafana what fires, and shares silences with it. */
export function GrafanaConnection() {
  const connection = useGrafanaConnection();
  return (
    <QueryView query={connection} loading={<Skeleton rows={1} height={96} />}>
      {(stored) => <ConnectionCard connection={stored} />}
    </QueryView>
  );
}

function ConnectionCard({ connection }: { connection: Connection }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const test = useTestGrafanaConnection();
  const [editing, setEditing] = useState(false);
  const check = connection.lastCheck;

  return (
    <section className={styles.card} aria-label="Connection to Grafana" data-testid={testIds.settings.grafanaConnection}>
      <div className={styles.line}>
        <h3 className={styles.name}>Connection to Grafana</h3>
        <ConnectionBadge connection={connection} />
      </div>
      <div className={styles.dim}>
        With a service account of this organisation Muster asks Grafana which alerts are active and repairs what a lost webhook left wrong.
      </div>
      <code className={styles.url}>{connection.effectiveUrl}</code>
      {can('putGrafanaConnection') && (
        <Stack gap={1} wrap="wrap">
          <Button size="sm" variant="secondary" icon="cog" onClick={() => setEditing(true)}>
            {connection.hasToken ? 'Change' : 'Connect'}
          </Button>
          {connection.hasToken && (
            <Button size="sm" variant="secondary" icon="play" disabled={test.isPending} onClick={() => test.mutate(undefined, { onError: (error) => toast.failed(error) })}>
              {test.isPending ? 'Asking Grafana…' : 'Test connection'}
            </Button>
          )}
        </Stack>
      )}
      {check !== null && (
        <>
          <div className={styles.dim}>
            Tested <Instant at={check.at} />
          </div>
          <HopList hops={grafanaHopsOf(check)} />
        </>
      )}
      {editing && <ConnectionModal connection={connection} onClose={() => setEditing(false)} />}
    </section>
  );
}

function ConnectionBadge({ connection: { hasToken, lastCheck } }: { connection: Connection }) {
  if (!hasToken) {
    return <Badge color="darkgrey" text="Not connected" />;
  }
  if (lastCheck === null) {
    return <Badge color="orange" text="Not tested" />;
  }
  return lastCheck.ok ? <Badge color="green" text="Works" /> : <Badge color="red" text="Broken" />;
}

function ConnectionModal({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const put = usePutGrafanaConnection();
  const toast = useToast();
  const [version] = useState(connection.version);
  const [url, setUrl] = useState(connection.url ?? '');
  const [token, setToken] = useState('');
  const [isTokenSet, setTokenSet] = useState(connection.hasToken);
  const body = {
    url: url.trim() === '' ? null : url.trim(),
    ...(isTokenSet ? {} : { token: token.trim() === '' ? null : token.trim() }),
  };
  const checked = putGrafanaConnectionBody.safeParse(body);
  const faultOf = (field: string) => (checked.success ? undefined : checked.error.issues.find(({ path }) => path[0] === field)?.message);

  return (
    <DialogForm
      title="Connection to Grafana"
      confirmText="Save"
      canConfirm={checked.success && !put.isPending}
      error={put.error}
      onClose={onClose}
      onConfirm={() =>
        put.mutate(
          { version, body },
          {
            onSuccess: () => {
              toast.done('Saved. Test the connection next.');
              onClose();
            },
          }
        )
      }
    >
      <Field
        noMargin
        label="Address"
        description="Left empty: the address of the service's own configuration."
        invalid={faultOf('url') !== undefined}
        error={faultOf('url')}
      >
        <Input id="muster-grafana-url" placeholder={connection.effectiveUrl} value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
      </Field>
      <Field
        noMargin
        label="Service account token"
        description="Grafana: Administration, Users and access, Service accounts. Role Viewer is enough to compare alerts; Editor is needed to share silences."
        invalid={faultOf('token') !== undefined}
        error={faultOf('token')}
      >
        <SecretInput
          id="muster-grafana-token"
          autoComplete="new-password"
          placeholder="glsa_…"
          isConfigured={isTokenSet}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          onReset={() => {
            setTokenSet(false);
            setToken('');
          }}
        />
      </Field>
    </DialogForm>
  );
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
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  name: css({ ...theme.typography.h4, margin: 0 }),
  dim: css({ color: theme.colors.text.secondary }),
  url: css({ alignSelf: 'flex-start', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }),
});
