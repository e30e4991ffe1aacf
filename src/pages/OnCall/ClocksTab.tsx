import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Checkbox, Field, Input, MultiCombobox, Stack, useStyles2 } from '@grafana/ui';
import { CLOCK_KINDS, INCIDENT_STATES, SEVERITIES, type ClockKind, type ClockRules, type ClockRulesBody, type IncidentState, type Severity } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useClockRules, usePutClockRules } from '../../api/useMobilisation.ts';
import { NumberField } from '../../components/NumberField.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { isRunning, STATE_LABELS } from '../../model/states.ts';
import { testIds } from '../../testIds.ts';
import { SaveBar } from '../Settings/SaveBar.tsx';

const CLOCK_WORDS: Readonly<Record<ClockKind, string>> = { response: 'First answer', update: 'Next update', resolution: 'Resolved' };
const MAX_MINUTES = 60 * 24 * 90;
const RUNNING = INCIDENT_STATES.filter((state) => isRunning(state));

/** How long a first answer, an update and a resolution may take, by severity. */
export function ClocksTab() {
  const rules = useClockRules();
  return (
    <QueryView query={rules} loading={<Skeleton rows={5} height={40} />}>
      {(known) => <Form key={known.version} known={known} />}
    </QueryView>
  );
}

function isWhole(value: number | null, min: number, max: number): boolean {
  return value === null || (Number.isInteger(value) && value >= min && value <= max);
}

function isRight({ limits, atRiskPercent, commander }: ClockRulesBody): boolean {
  return (
    SEVERITIES.every((severity) => CLOCK_KINDS.every((kind) => isWhole(limits[severity][kind], 1, MAX_MINUTES))) &&
    isWhole(atRiskPercent, 1, 99) &&
    (commander === null || (isWhole(commander.nudgeMinutes, 1, 1440) && isWhole(commander.escalateMinutes, 1, 1440)))
  );
}

function Form({ known }: { known: ClockRules }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const put = usePutClockRules();
  const { version, ...body } = known;
  const [rules, setRules] = useState<ClockRulesBody>(body);
  const disabled = !can('putClockRules');
  const setLimit = (severity: Severity, kind: ClockKind, text: string): void =>
    setRules({ ...rules, limits: { ...rules.limits, [severity]: { ...rules.limits[severity], [kind]: text === '' ? null : Number(text) } } });
  const pausedField = (kind: 'update' | 'resolution', label: string) => (
    <Field noMargin label={label} htmlFor={`muster-clocks-paused-${kind}`}>
      <MultiCombobox<IncidentState>
        id={`muster-clocks-paused-${kind}`} width={40} disabled={disabled} options={RUNNING.map((value) => ({ value, label: STATE_LABELS[value] }))} value={[...rules.pausedIn[kind]]}
        onChange={(chosen) => setRules({ ...rules, pausedIn: { ...rules.pausedIn, [kind]: chosen.map(({ value }) => value) } })}
      />
    </Field>
  );
  return (
    <section className={styles.form} aria-labelledby="muster-clocks" data-testid={testIds.onCall.clocks}>
      <div>
        <h3 id="muster-clocks" className={styles.title}>Clocks</h3>
        <p className={styles.dim}>Minutes from the declaration; for updates from the one before. An empty field is no clock. Clocks that run take new limits with the next change of severity.</p>
      </div>
      {disabled && <Alert severity="info" title="You can read this. Who manages incidents can change it." />}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Severity</th>
            {CLOCK_KINDS.map((kind) => <th key={kind} scope="col">{CLOCK_WORDS[kind]}</th>)}
          </tr>
        </thead>
        <tbody>
          {SEVERITIES.map((severity) => (
            <tr key={severity}>
              <th scope="row">{SEVERITY_LABELS[severity]}</th>
              {CLOCK_KINDS.map((kind) => (
                <td key={kind}>
                  <Input
                    id={`muster-clock-${severity}-${kind}`} type="number" min={1} max={MAX_MINUTES} disabled={disabled} aria-label={`${CLOCK_WORDS[kind]}, ${SEVERITY_LABELS[severity]}, minutes`}
                    invalid={!isWhole(rules.limits[severity][kind], 1, MAX_MINUTES)} value={rules.limits[severity][kind] ?? ''} placeholder="none" onChange={(event) => setLimit(severity, kind, event.currentTarget.value)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <NumberField id="muster-clocks-risk" label="At risk after, percent" description="Of the time of a clock; then it is told that it runs out." min={1} max={99} disabled={disabled} value={rules.atRiskPercent} onChange={(value) => setRules({ ...rules, atRiskPercent: value ?? 0 })} />
      <Stack gap={2} wrap="wrap">
        {pausedField('update', 'The clock of updates stands still in')}
        {pausedField('resolution', 'The clock of the resolution stands still in')}
      </Stack>
      <div>
        <Checkbox
          id="muster-clocks-commander" label="Watch whoever commands for silence" description="Any deed in the incident counts: a note, a command, a task. Policies can say otherwise." disabled={disabled} value={rules.commander !== null}
          onChange={(event) => setRules({ ...rules, commander: event.currentTarget.checked ? (known.commander ?? { nudgeMinutes: 20, escalateMinutes: 10 }) : null })}
        />
      </div>
      {rules.commander !== null && (
        <Stack gap={2} wrap="wrap">
          <NumberField id="muster-clocks-nudge" label="Remind after, minutes" min={1} max={1440} disabled={disabled} value={rules.commander.nudgeMinutes} onChange={(value) => rules.commander !== null && setRules({ ...rules, commander: { ...rules.commander, nudgeMinutes: value ?? 0 } })} />
          <NumberField id="muster-clocks-escalate" label="Call others after, minutes more" min={1} max={1440} disabled={disabled} value={rules.commander.escalateMinutes} onChange={(value) => rules.commander !== null && setRules({ ...rules, commander: { ...rules.commander, escalateMinutes: value ?? 0 } })} />
        </Stack>
      )}
      {!disabled && (
        <SaveBar
          what="clocks" isChanged={JSON.stringify(rules) !== JSON.stringify(body)} isValid={isRight(rules)} isBusy={put.isPending} error={put.error}
          onSave={() => put.mutate({ version, body: rules }, { onSuccess: () => toast.done('Clocks saved') })} onDiscard={() => setRules(body)}
        />
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 760 }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  dim: css({ margin: 0, color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  table: css({ width: '100%', '& th, & td': { padding: theme.spacing(0.5), textAlign: 'left', fontWeight: theme.typography.fontWeightMedium } }),
});
