import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, SecretInput, Switch, useStyles2 } from '@grafana/ui';
import type { PageSync } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useBusinessServices } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { usePageSync, usePutPageSync, useRetryPageSync } from '../../api/useStatusPage.ts';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';

/** The copy of the page at Statuspage.io. */
export function StatuspageTab() {
  const sync = usePageSync({ enabled: true });
  return (
    <QueryView query={sync} loading={<Skeleton rows={4} height={56} />}>
      {(data) => <Form key={data.version} sync={data} />}
    </QueryView>
  );
}

function Form({ sync }: { sync: PageSync }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const save = usePutPageSync();
  const retry = useRetryPageSync();
  const services = useBusinessServices();
  const [enabled, setEnabled] = useState(sync.enabled);
  const [notify, setNotify] = useState(sync.notify);
  const [pageId, setPageId] = useState(sync.pageId ?? '');
  const [ids, setIds] = useState<Readonly<Record<string, string>>>(Object.fromEntries(sync.components.map(({ name, componentId }) => [name, componentId])));
  const [hasKey, setHasKey] = useState(sync.hasApiKey);
  const [key, setKey] = useState('');
  const mayChange = can('putPageSync');

  return (
    <form
      className={styles.form}
      data-testid={testIds.statusPage.sync}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          version: sync.version,
          body: {
            enabled, notify, pageId: pageId.trim() === '' ? null : pageId.trim(), components: Object.entries(ids).flatMap(([name, componentId]) => (componentId.trim() === '' ? [] : [{ name, componentId: componentId.trim() }])),
            ...(key !== '' ? { apiKey: key } : hasKey || !sync.hasApiKey ? {} : { apiKey: null }),
          },
        }, { onSuccess: () => toast.done('Saved'), onError: (error) => toast.failed(error) });
      }}
    >
      {sync.problem !== null && (
        <Alert severity="warning" title={sync.problem}>
          {`${sync.waiting} ${sync.waiting === 1 ? 'update waits' : 'updates wait'} to be carried over. `}
          {can('retryPageSync') && (
            <Button type="button" size="sm" variant="secondary" disabled={retry.isPending} onClick={() => retry.mutate(null, { onError: (error) => toast.failed(error) })}>
              Try again now
            </Button>
          )}
        </Alert>
      )}
      {sync.problem === null && (
        <span className={styles.dim}>
          {sync.lastAt === null ? 'Nothing was carried over yet.' : 'Last carried over '}
          {sync.lastAt !== null && <Instant at={sync.lastAt} />}
        </span>
      )}
      {save.error !== null && (
        <Alert severity="error" title={adviseOn(save.error).title}>
          {adviseOn(save.error).advice}
        </Alert>
      )}
      <Field noMargin label="Carry over what is published" htmlFor="muster-sync-enabled" description="From then on; what was published before stays here.">
        <Switch id="muster-sync-enabled" value={enabled} disabled={!mayChange} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </Field>
      <Field noMargin label="Page">
        <Input id="muster-sync-page" maxLength={64} value={pageId} disabled={!mayChange} onChange={(event) => setPageId(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="API key" description="It is kept sealed and never shown.">
        <SecretInput id="muster-sync-key" isConfigured={hasKey} value={key} disabled={!mayChange} onReset={() => setHasKey(false)} onChange={(event) => setKey(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Tell subscribers there" htmlFor="muster-sync-notify">
        <Switch id="muster-sync-notify" value={notify} disabled={!mayChange} onChange={(event) => setNotify(event.currentTarget.checked)} />
      </Field>
      {(services.data ?? []).map(({ name }) => (
        <Field key={name} noMargin label={`Component of ${name}`} description="Empty: not carried over.">
          <Input id={`muster-sync-${name}`} maxLength={64} value={ids[name] ?? ''} disabled={!mayChange} onChange={(event) => setIds({ ...ids, [name]: event.currentTarget.value })} />
        </Field>
      ))}
      {mayChange && (
        <div>
          <Button type="submit" disabled={save.isPending}>
            Save
          </Button>
        </div>
      )}
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 640 }),
  dim: css({ color: theme.colors.text.secondary }),
});
