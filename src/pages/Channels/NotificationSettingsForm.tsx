import { useState } from 'react';
import { Button, Checkbox, Combobox, Field, Input, useStyles2 } from '@grafana/ui';
import type { NotificationSettings, NotificationSettingsValues } from '#contract';
import { useNotificationSettings, usePutNotificationSettings } from '../../api/useChannels.ts';
import { useCan } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { getStyles } from './styles.ts';

const REHEARSE = [{ value: 'never', label: 'Never by itself' }, { value: 'daily', label: 'Every day' }, { value: 'weekly', label: 'Every Monday' }] as const;

/** When rehearsals happen, how notices are bundled, and the heartbeat to another system. */
export function NotificationSettingsForm() {
  const settings = useNotificationSettings();
  return <QueryView query={settings}>{(known) => <Form key={known.version} known={known} />}</QueryView>;
}

function Form({ known }: { known: NotificationSettings }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const put = usePutNotificationSettings();
  const { bundleAfter, bundleSeconds, heartbeatUrl, rehearse, rehearseHour, rehearsePeople, heartbeat } = known;
  const [values, setValues] = useState<NotificationSettingsValues>({ bundleAfter, bundleSeconds, heartbeatUrl, rehearse, rehearseHour, rehearsePeople });
  const disabled = !can('putNotificationSettings');
  const numberField = (name: 'bundleAfter' | 'bundleSeconds' | 'rehearseHour', label: string, description: string) => (
    <Field label={label} description={description}>
      <Input id={`muster-notification-${name}`} type="number" width={16} disabled={disabled} value={values[name]} onChange={(event) => setValues({ ...values, [name]: Number(event.currentTarget.value) })} />
    </Field>
  );
  return (
    <div className={styles.card}>
      <Field label="Rehearse">
        <Combobox id="muster-notification-rehearse" disabled={disabled} options={REHEARSE.map(({ value, label }) => ({ value: String(value), label }))} value={values.rehearse} onChange={({ value }) => setValues({ ...values, rehearse: REHEARSE.find((one) => one.value === value)?.value ?? 'never' })} />
      </Field>
      {numberField('rehearseHour', 'At this hour', 'Of the day, in UTC: 0 to 23.')}
      <Field label="People too" description="Then every proven address of everybody who may be called is tried as well. Text messages and calls cost money.">
        <Checkbox id="muster-notification-rehearsePeople" disabled={disabled} value={values.rehearsePeople} onChange={(event) => setValues({ ...values, rehearsePeople: event.currentTarget.checked })} />
      </Field>
      <Field label="Heartbeat to another system" description="Called every minute, so that it notices when Muster falls silent. Empty: none.">
        <Input id="muster-notification-heartbeat" disabled={disabled} maxLength={2000} placeholder="https://watcher.example.com/ping/muster" value={values.heartbeatUrl ?? ''} onChange={(event) => setValues({ ...values, heartbeatUrl: event.currentTarget.value === '' ? null : event.currentTarget.value })} />
      </Field>
      <p className={styles.dim}>
        {heartbeat.lastOkAt === null ? 'Never taken yet' : <>Last taken <Instant at={heartbeat.lastOkAt} /></>}
        {heartbeat.lastFailureAt !== null && <> · last failed <Instant at={heartbeat.lastFailureAt} />: {heartbeat.lastFailure}</>}
      </p>
      {numberField('bundleAfter', 'Bundle after', 'More notices than this to one person become one. Pages and critical messages are never held back.')}
      {numberField('bundleSeconds', 'Within seconds', '10 to 3600.')}
      {put.error !== null && <ErrorNotice error={put.error} />}
      {!disabled && <Button disabled={put.isPending} onClick={() => put.mutate({ version: known.version, body: values }, { onSuccess: () => toast.done('Settings saved') })}>Save settings</Button>}
    </div>
  );
}
