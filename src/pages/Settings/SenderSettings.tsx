import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import type { Source } from '#contract';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { alertmanagerReceiver, changeRequest, contactPointFields, genericRequest, grafanaProvisioning, TOKEN_PLACEHOLDER } from '../../model/contactPoint.ts';

const FORMS = ['form', 'file'] as const;
type Form = (typeof FORMS)[number];
const FORM_LABELS: Readonly<Record<Form, string>> = { form: 'Fill in the form', file: 'Provision by file' };

interface Props {
  source: Source;
  token?: string;
}

/** What to set at the sender, ready to be copied. */
export function SenderSettings({ source, token = TOKEN_PLACEHOLDER }: Props) {
  const styles = useStyles2(getStyles);
  const [form, setForm] = useState<Form>('form');

  switch (source.kind) {
    case 'alertmanager':
      return (
        <div className={styles.stack}>
          <div>
            Add this to <code>alertmanager.yml</code> and reload Alertmanager.
          </div>
          <CopyBlock text={alertmanagerReceiver(source, token)} label="Alertmanager configuration" />
        </div>
      );
    case 'generic':
      return (
        <div className={styles.stack}>
          <div>Let the sender post its JSON like this, and say under “Rules” how it becomes alerts.</div>
          <CopyBlock text={genericRequest(source, token)} label="request" />
        </div>
      );
    case 'change':
      return (
        <div className={styles.stack}>
          {source.hmac.enabled ? (
            <div>
              Set the address as webhook of GitHub (content type application/json; events Deployment statuses, Releases or Workflow runs) with the secret that you set here, or as webhook of GitLab with it as secret
              token. What else posts this has to sign it as well.
            </div>
          ) : (
            <div>
              Let a step of your pipeline post this, or set the address as webhook of GitLab with the token as its secret token, or in Jenkins’ Notification plugin with the token as password. A webhook of GitHub needs a secret: set one under
              “Signature”.
            </div>
          )}
          <CopyBlock text={changeRequest(source, token)} label="request" />
        </div>
      );
    case 'grafana':
      return (
        <div className={styles.stack}>
          <RadioButtonGroup
            aria-label="How to set it"
            options={FORMS.map((value) => ({ value, label: FORM_LABELS[value] }))}
            value={form}
            onChange={setForm}
          />
          {form === 'form' ? (
            <>
              <div>In Grafana: Alerting, Contact points, Create contact point. Then send alerts to it by a notification policy.</div>
              <dl className={styles.fields}>
                {contactPointFields(source, token).map(({ label, value, note }) => (
                  <div key={label} className={styles.field}>
                    <dt className={styles.label}>{label}</dt>
                    <dd className={styles.value}>
                      <code>{value}</code>
                      {note !== undefined && <span className={styles.note}> {note}</span>}
                    </dd>
                    <ClipboardButton size="sm" variant="secondary" fill="text" icon="copy" getText={() => value} aria-label={`Copy ${label}`} />
                  </div>
                ))}
              </dl>
            </>
          ) : (
            <>
              <div>
                Save this below <code>provisioning/alerting</code> of Grafana. Notification policies are left as they are.
              </div>
              <CopyBlock text={grafanaProvisioning(source, token)} label="provisioning file" />
            </>
          )}
        </div>
      );
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  fields: css({ margin: 0 }),
  field: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0, 1),
    padding: theme.spacing(0.25, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  label: css({ flex: '1 1 220px', color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  value: css({ flex: '2 1 260px', margin: 0, minWidth: 0, overflowWrap: 'anywhere', '& code': { whiteSpace: 'pre-wrap' } }),
  note: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
