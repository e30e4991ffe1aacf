import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Button, Field, Input, SecretInput, Switch, useStyles2 } from '@grafana/ui';
import { putModelSettingsBody, type ModelSettings } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useModelSettings, usePutModelSettings, useTestModel } from '../../api/useDraftModel.ts';
import { useCan } from '../../api/useMe.ts';
import { DraftOutcomes } from '../../components/DraftOutcomes.tsx';
import { Instant } from '../../components/Instant.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';

/** The model that may reword drafts of updates. Muster writes them without one as well. */
export function DraftModelTab() {
  const settings = useModelSettings();
  return (
    <QueryView query={settings} loading={<Skeleton rows={6} height={56} />}>
      {(data) => <ModelForm key={data.version} settings={data} />}
    </QueryView>
  );
}

function ModelForm({ settings }: { settings: ModelSettings }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const save = usePutModelSettings();
  const test = useTestModel();
  const [enabled, setEnabled] = useState(settings.enabled);
  const [url, setUrl] = useState(settings.url ?? '');
  const [model, setModel] = useState(settings.model ?? '');
  const [hasKey, setHasKey] = useState(settings.hasApiKey);
  const [key, setKey] = useState('');
  const [timeout, setTimeout] = useState<number | undefined>(settings.timeoutSeconds);
  const [requests, setRequests] = useState<number | undefined>(settings.dailyRequests);
  const [tokens, setTokens] = useState<number | undefined>(settings.dailyTokens);
  const [privateIncidents, setPrivateIncidents] = useState(settings.privateIncidents);
  const readOnly = !can('putModelSettings') || settings.provisioned;
  const body = {
    enabled, url: url.trim() === '' ? null : url.trim(), model: model.trim() === '' ? null : model.trim(), timeoutSeconds: timeout, dailyRequests: requests, dailyTokens: tokens, privateIncidents,
    ...(key.trim() !== '' ? { apiKey: key.trim() } : hasKey || !settings.hasApiKey ? {} : { apiKey: null }),
  };
  const checked = putModelSettingsBody.safeParse(body);
  const isWhole = checked.success && timeout !== undefined && requests !== undefined && tokens !== undefined && (!enabled || (body.url !== null && body.model !== null));
  const faultOf = (field: string): string | undefined => (checked.success ? undefined : checked.error.issues.find(({ path }) => path[0] === field)?.message);

  return (
    <form
      className={styles.form}
      data-testid={testIds.settings.draftModel}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWhole || save.isPending) return;
        save.mutate({ version: settings.version, body: checked.data }, { onSuccess: () => toast.done('Saved. Test the model next.') });
      }}
    >
      <div className={styles.dim}>
        Muster writes summaries and drafts by itself, from what it knows. A model is never needed, nothing waits for it, and nothing that it writes is sent before a person has read it. Responders may have it reword a draft; they see to the letter what is sent, after
        secrets, names, addresses, hosts and telephone numbers were taken out. Notes are never sent.
      </div>
      {settings.provisioned && <div className={styles.dim}>Kept in model.yaml; change it there.</div>}
      {save.error !== null && (
        <Alert severity="error" title={adviseOn(save.error).title}>
          {adviseOn(save.error).advice}
        </Alert>
      )}
      <Field noMargin label="A model may reword drafts" htmlFor="muster-model-enabled">
        <Switch id="muster-model-enabled" value={enabled} disabled={readOnly} onChange={(event) => setEnabled(event.currentTarget.checked)} />
      </Field>
      <Field
        noMargin
        label="Address"
        description="Of any server that speaks OpenAI’s chat completions; /chat/completions is added. Grafana’s LLM app: https://<grafana>/api/plugins/grafana-llm-app/resources/openai/v1, with a service account token as the key."
        invalid={faultOf('url') !== undefined}
        error={faultOf('url')}
      >
        <Input id="muster-model-url" placeholder="https://models.example.com/v1" value={url} disabled={readOnly} onChange={(event) => setUrl(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Model">
        <Input id="muster-model-name" maxLength={200} value={model} disabled={readOnly} onChange={(event) => setModel(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Key" description="It is kept sealed and never shown. A new address needs it again.">
        <SecretInput id="muster-model-key" autoComplete="new-password" isConfigured={hasKey} value={key} disabled={readOnly} onReset={() => setHasKey(false)} onChange={(event) => setKey(event.currentTarget.value)} />
      </Field>
      <div className={styles.line}>
        <NumberField id="muster-model-timeout" label="Seconds to wait" min={1} max={25} value={timeout} disabled={readOnly} onChange={setTimeout} />
        <NumberField id="muster-model-requests" label="Requests a day" min={1} value={requests} disabled={readOnly} onChange={setRequests} />
        <NumberField id="muster-model-tokens" label="Tokens a day" min={1000} value={tokens} disabled={readOnly} onChange={setTokens} />
      </div>
      <Field noMargin label="Also what is in private incidents" htmlFor="muster-model-private" description="Off: nothing of a private incident is ever sent.">
        <Switch id="muster-model-private" value={privateIncidents} disabled={readOnly} onChange={(event) => setPrivateIncidents(event.currentTarget.checked)} />
      </Field>
      <div className={styles.dim}>{`Today (UTC): ${settings.usedToday.requests.toLocaleString('en')} of ${settings.dailyRequests.toLocaleString('en')} requests, ${settings.usedToday.tokens.toLocaleString('en')} of ${settings.dailyTokens.toLocaleString('en')} tokens.`}</div>
      {(!readOnly || can('testModel')) && (
        <div className={styles.line}>
          {!readOnly && (
            <Button type="submit" disabled={!isWhole || save.isPending}>
              Save
            </Button>
          )}
          {can('testModel') && settings.url !== null && settings.model !== null && (
            <Button type="button" variant="secondary" icon="play" disabled={test.isPending} onClick={() => test.mutate(undefined, { onError: (error) => toast.failed(error) })}>
              {test.isPending ? 'Asking the model…' : 'Test what is saved'}
            </Button>
          )}
        </div>
      )}
      {settings.lastTest !== null && (
        <div role="status" className={styles.line}>
          <Badge color={settings.lastTest.ok ? 'green' : 'red'} text={settings.lastTest.ok ? 'Works' : 'Broken'} />
          <span className={styles.text}>
            {`${settings.lastTest.detail} (${(settings.lastTest.milliseconds / 1000).toFixed(1)} s)`}, <Instant at={settings.lastTest.at} />
          </span>
        </div>
      )}
      <DraftOutcomes outcomes={settings.outcomes} />
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 720 }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2) }),
  text: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  title: css({ ...theme.typography.h5, margin: theme.spacing(0, 0, 1) }),
  dim: css({ color: theme.colors.text.secondary }),
});
