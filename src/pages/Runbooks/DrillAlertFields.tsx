import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, Field, IconButton, Input, useStyles2 } from '@grafana/ui';
import { SEVERITIES, type DrillAlert } from '#contract';
import { SEVERITY_LABELS } from '../../model/severities.ts';

interface Props {
  alerts: readonly DrillAlert[];
  onChange: (alerts: DrillAlert[]) => void;
}

const MOST = 50;

/** The alerts that are sent, each with its time. */
export function DrillAlertFields({ alerts, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const change = (index: number, part: Partial<DrillAlert>): void => onChange(alerts.map((alert, place) => (place === index ? { ...alert, ...part } : alert)));
  return (
    <fieldset className={styles.set}>
      <legend className={styles.legend}>Alerts</legend>
      {alerts.map((alert, index) => {
        const id = `muster-drill-alert-${index}`;
        return (
          <div key={index} className={styles.row}>
            <Field noMargin label="Alert">
              <Input id={`${id}-name`} width={22} maxLength={200} value={alert.name} onChange={(event) => change(index, { name: event.currentTarget.value })} />
            </Field>
            <Field noMargin label="Service">
              <Input id={`${id}-service`} width={18} maxLength={200} placeholder="checkout" value={alert.service} onChange={(event) => change(index, { service: event.currentTarget.value })} />
            </Field>
            <Field noMargin label="Severity">
              <Combobox id={`${id}-severity`} width={14} options={SEVERITIES.map((value) => ({ value, label: SEVERITY_LABELS[value] }))} value={alert.severity} onChange={({ value }) => change(index, { severity: value })} />
            </Field>
            <Field noMargin label="After (s)">
              <Input id={`${id}-after`} type="number" min={0} max={3600} width={10} value={Number.isNaN(alert.afterSeconds) ? '' : alert.afterSeconds} onChange={(event) => change(index, { afterSeconds: event.currentTarget.valueAsNumber })} />
            </Field>
            {alerts.length > 1 && <IconButton name="trash-alt" size="lg" tooltip={`Remove alert ${index + 1}`} onClick={() => onChange(alerts.filter((_, place) => place !== index))} />}
          </div>
        );
      })}
      <div>
        <Button type="button" size="sm" variant="secondary" icon="plus" disabled={alerts.length >= MOST} onClick={() => onChange([...alerts, { name: '', service: alerts.at(-1)?.service ?? '', severity: 'sev2', summary: '', afterSeconds: alerts.at(-1)?.afterSeconds ?? 0 }])}>
          Add alert
        </Button>
      </div>
    </fieldset>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  set: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), border: 'none', margin: 0, padding: 0, minWidth: 0 }),
  legend: css({ fontSize: theme.typography.body.fontSize, fontWeight: theme.typography.fontWeightMedium, margin: theme.spacing(0, 0, 0.5) }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: theme.spacing(1) }),
});
