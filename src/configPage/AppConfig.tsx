import { css } from '@emotion/css';
import { useState, type FormEvent } from 'react';
import type { AppPluginMeta, GrafanaTheme2, PluginConfigPageProps } from '@grafana/data';
import { Alert, Button, Field, FieldSet, Input, LinkButton, SecretInput, Stack, Switch, useStyles2 } from '@grafana/ui';
import { toApiError, type ApiError } from '../api/apiError.ts';
import { adviseOn } from '../api/errorAdvice.ts';
import { savePluginSettings, type AppSettings } from '../api/pluginSettings.ts';
import { AppProviders } from '../components/AppProviders.tsx';
import { isWebAddress } from '../model/webAddress.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { ConnectionCheck } from '../components/ConnectionCheck.tsx';

export type AppConfigProps = PluginConfigPageProps<AppPluginMeta<AppSettings>>;

/** Where the service is and how it knows us. Saving reloads the page, because Grafana reads app settings at start. */
export function AppConfig({ plugin }: AppConfigProps) {
  const styles = useStyles2(getStyles);
  const { jsonData, secureJsonFields, pinned } = plugin.meta;
  const isEnabled = plugin.meta.enabled ?? false;
  const [enabled, setEnabled] = useState(isEnabled || jsonData?.apiUrl === undefined);
  const [apiUrl, setApiUrl] = useState(jsonData?.apiUrl ?? '');
  const [apiToken, setApiToken] = useState('');
  const [isTokenSet, setTokenSet] = useState(secureJsonFields?.['apiToken'] ?? false);
  const [touched, setTouched] = useState(false);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const address = apiUrl.trim().replace(/\/+$/, '');
  const addressFault = isWebAddress(address) ? null : 'Write the whole address, beginning with http:// or https://.';
  const tokenFault = isTokenSet || apiToken.trim() !== '' ? null : 'Paste the token that the service was started with.';

  async function save(): Promise<void> {
    setSaving(true);
    setError(null);
    try {
      await savePluginSettings({
        enabled,
        pinned: pinned ?? true,
        jsonData: { ...jsonData, apiUrl: address },
        ...(isTokenSet ? {} : { secureJsonData: { apiToken: apiToken.trim() } }),
      });
      window.location.reload();
    } catch (failure) {
      setError(toApiError(failure));
      setSaving(false);
    }
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTouched(true);
    if (addressFault === null && tokenFault === null) {
      void save();
    }
  }

  return (
    <div className={styles.page} data-testid={testIds.config.page}>
      <form onSubmit={submit}>
        <FieldSet label="Connection to the Muster service">
          {error !== null && (
            <Alert severity="error" title="The settings could not be saved">
              {adviseOn(error).advice}
            </Alert>
          )}
          <Field label="Enabled" description="Shows Muster to everyone in this organisation.">
            <Switch id="muster-enabled" value={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
          </Field>
          <Field
            label="Service address"
            description="As seen from the Grafana server, for example http://muster.example.com:8080."
            required
            invalid={touched && addressFault !== null}
            error={addressFault}
          >
            <Input
              id="muster-api-url"
              data-testid={testIds.config.apiUrl}
              placeholder="http://muster.example.com:8080"
              value={apiUrl}
              onChange={(event) => setApiUrl(event.currentTarget.value)}
            />
          </Field>
          <Field
            label="Service token"
            description="The shared secret by which the service knows this Grafana. Grafana keeps it encrypted."
            required
            invalid={touched && tokenFault !== null}
            error={tokenFault}
          >
            <SecretInput
              id="muster-api-token"
              data-testid={testIds.config.apiToken}
              autoComplete="new-password"
              isConfigured={isTokenSet}
              value={apiToken}
              onChange={(event) => setApiToken(event.currentTarget.value)}
              onReset={() => {
                setTokenSet(false);
                setApiToken('');
              }}
            />
          </Field>
          <Stack gap={1} wrap="wrap">
            <Button type="submit" disabled={saving} data-testid={testIds.config.save}>
              {saving ? 'Saving…' : 'Save and check'}
            </Button>
            {isEnabled && (
              <LinkButton variant="secondary" href={paths.now}>
                Open Muster
              </LinkButton>
            )}
          </Stack>
        </FieldSet>
      </form>
      {isEnabled && jsonData?.apiUrl !== undefined && (
        <AppProviders>
          <ConnectionCheck />
        </AppProviders>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ maxWidth: 720, display: 'flex', flexDirection: 'column', gap: theme.spacing(3) }),
});
