import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, Stack, useStyles2 } from '@grafana/ui';
import { AUTOMATION_LEVELS, putAutomationBody, SEVERITIES, type AutomationSettings } from '#contract';
import { isConflict } from '../../api/apiError.ts';
import { adviseOn } from '../../api/errorAdvice.ts';
import { usePutAutomation } from '../../api/useAutomation.ts';
import { useCan } from '../../api/useMe.ts';
import { Choice } from '../../components/Choice.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { faultFinder, faultProps } from '../../model/fieldFault.ts';
import { AUTOMATION_LABELS, AUTOMATION_MEANINGS } from '../../model/runbooks.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';

const ADDRESSES = [
  ['notifyUrl', 'Address for messages', 'Steps “Notify” send their message there.'],
  ['pageUrl', 'Address for pages', 'Steps “Page” go there.'],
  ['ticketUrl', 'Address for tickets', 'Steps “Ticket” go there.'],
] as const;

/** What automation may do at most, whatever runbooks say. */
export function AutomationForm({ settings }: { settings: AutomationSettings }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const put = usePutAutomation();
  const saved = { maxTargetsPerHour: settings.maxTargetsPerHour, notifyUrl: settings.notifyUrl, pageUrl: settings.pageUrl, ticketUrl: settings.ticketUrl, most: settings.most };
  const [draft, setDraft] = useState(saved);
  const mayEdit = can('putAutomation') && !settings.provisioned;
  const checked = putAutomationBody.safeParse(draft);
  const faultOf = faultFinder(checked);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved);
  const { targetsLastHour } = settings;

  return (
    <section aria-labelledby="muster-automation" className={styles.part}>
      <h3 id="muster-automation" className={styles.title}>
        The most that automation may do
      </h3>
      {settings.provisioned && (
        <Alert severity="info" title="This is provisioned">
          A file (automation.yaml) says it. Change it there and restart Muster. Automation can be frozen from here all the same.
        </Alert>
      )}
      <div>
        <NumberField
          id="muster-automation-limit"
          label="Targets in an hour"
          description="Of all runs that started by themselves. Empty: no limit."
          disabled={!mayEdit}
          value={draft.maxTargetsPerHour ?? undefined}
          onChange={(value) => setDraft({ ...draft, maxTargetsPerHour: value ?? null })}
        />
        <div className={styles.dim}>
          {targetsLastHour} {targetsLastHour === 1 ? 'was' : 'were'} touched in the last hour
          {settings.maxTargetsPerHour === null ? '.' : `, ${Math.max(0, settings.maxTargetsPerHour - targetsLastHour)} are left.`}
        </div>
      </div>
      <div role="group" aria-label="The most by severity" className={styles.levels}>
        {SEVERITIES.map((severity) => (
          <div key={severity} className={styles.level}>
            <span className={styles.severity}>{SEVERITY_LABELS[severity]}</span>
            {mayEdit ? (
              <Choice
                label={`The most for ${SEVERITY_LABELS[severity]}`}
                size="sm"
                options={AUTOMATION_LEVELS}
                labels={AUTOMATION_LABELS}
                value={draft.most[severity]}
                onChange={(level) => setDraft({ ...draft, most: { ...draft.most, [severity]: level } })}
              />
            ) : (
              <span>{AUTOMATION_LABELS[draft.most[severity]]}</span>
            )}
            <span className={styles.dim}>{AUTOMATION_MEANINGS[draft.most[severity]]}</span>
          </div>
        ))}
      </div>
      {ADDRESSES.map(([key, label, description]) => (
        <Field key={key} noMargin label={label} description={`${description} Empty: such a step fails and says so.`} {...faultProps(faultOf(key))}>
          <Input id={`muster-automation-${key}`} type="url" disabled={!mayEdit} placeholder="https://" value={draft[key] ?? ''} onChange={(event) => setDraft({ ...draft, [key]: event.currentTarget.value === '' ? null : event.currentTarget.value })} />
        </Field>
      ))}
      {put.error !== null && (
        <Alert severity={isConflict(put.error) ? 'warning' : 'error'} title={adviseOn(put.error).title}>
          {adviseOn(put.error).advice}
        </Alert>
      )}
      {mayEdit && (
        <Stack gap={1} wrap="wrap">
          <Button disabled={!isChanged || !checked.success || put.isPending} onClick={() => put.mutate({ version: settings.version, body: draft }, { onSuccess: () => toast.done('Automation saved') })}>
            Save
          </Button>
          <Button variant="secondary" fill="outline" disabled={!isChanged || put.isPending} onClick={() => setDraft(saved)}>
            Discard changes
          </Button>
        </Stack>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  part: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 760 }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  levels: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  level: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 2), alignItems: 'center' }),
  severity: css({ minWidth: 48 }),
  dim: css({ color: theme.colors.text.secondary }),
});
