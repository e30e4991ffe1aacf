import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { RadioButtonList, useStyles2 } from '@grafana/ui';
import { incidentNumber, type AlertId, type Incident, type JudgedPart, type JudgementBody } from '#contract';
import { MOST_JUDGED_ALERTS, useAlertsToJudge, useJudge } from '../../api/useJudgements.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { countOf } from '../../model/counts.ts';
import { BELONGINGS, BELONGING_LABELS, byService, partsOf, VERDICTS, VERDICT_LABELS, withPart, type Belonging, type Verdict } from '../../model/judgements.ts';
import { OtherIncidentsField } from './OtherIncidentsField.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

interface Props {
  incident: Incident;
  /** What was said before. */
  present: JudgementBody | null;
  /** Of what was said before. */
  seenVersion: number;
  /** Alerts that were chosen in the list as not belonging here; without them whole services are told apart. */
  chosen?: readonly AlertId[];
  onClose: () => void;
  onDone?: () => void;
}

/** Was this one incident? Changes nothing of the incident itself. */
export function JudgeDialog({ incident, present, seenVersion, chosen = [], onClose, onDone }: Props) {
  const styles = useStyles2(getStyles);
  const judge = useJudge();
  // as it was when the dialog opened: what the asker saw
  const [version] = useState(seenVersion);
  const outcome = useDialogOutcome(onClose);
  const isOfChosen = chosen.length > 0;
  const [verdict, setVerdict] = useState<Verdict | null>(isOfChosen ? 'should_split' : (present?.verdict ?? null));
  const [others, setOthers] = useState<readonly number[]>(present?.verdict === 'should_merge' ? present.with : []);
  const [parts, setParts] = useState<readonly JudgedPart[]>([]);
  const [isNoise, setIsNoise] = useState(false);
  const body = bodyOf();

  function bodyOf(): JudgementBody | null {
    switch (verdict) {
      case null:
        return null;
      case 'correct':
        return { verdict };
      case 'should_merge':
        return others.length === 0 ? null : { verdict, with: others.map((number) => incidentNumber.parse(number)) };
      case 'should_split':
        if (isOfChosen) {
          return { verdict, parts: withPart(present, { name: countOf(chosen.length, 'chosen alert'), background: isNoise, alerts: [...chosen] }) };
        }
        return parts.length === 0 ? null : { verdict, parts: [...parts] };
    }
  }

  function confirm(): void {
    if (body === null) {
      return;
    }
    const { onSuccess, onError } = outcome(`${incident.key}: your judgement is kept`);
    judge.mutate(
      { number: incident.number, version, body },
      {
        onSuccess: () => {
          onSuccess();
          onDone?.();
        },
        onError,
      }
    );
  }

  return (
    <DialogForm
      title={isOfChosen ? `${countOf(chosen.length, 'alert')} did not belong to ${incident.key}` : `Was ${incident.key} one incident?`}
      confirmText="Save judgement"
      canConfirm={body !== null && !judge.isPending}
      error={judge.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      <span className={styles.dim}>Moves nothing. Back-tests of other rules and settings are measured against what you say here.</span>
      {!isOfChosen && (
        <RadioButtonList<Verdict | 'none'>
          name="muster-verdict"
          options={VERDICTS.map((value) => ({ value, label: VERDICT_LABELS[value] }))}
          // without a value the radios would mind themselves
          value={verdict ?? 'none'}
          onChange={(chosen) => setVerdict(chosen === 'none' ? null : chosen)}
        />
      )}
      {verdict === 'should_merge' && <OtherIncidentsField except={incident.number} value={others} onChange={setOthers} />}
      {verdict === 'should_split' &&
        (isOfChosen ? (
          <Choice
            label="Where they belong"
            options={['other', 'background'] as const}
            labels={BELONGING_LABELS}
            value={isNoise ? 'background' : 'other'}
            onChange={(belonging) => setIsNoise(belonging === 'background')}
          />
        ) : (
          <ServicesToJudge incident={incident} onChange={setParts} />
        ))}
      {present?.verdict === 'should_split' && !isOfChosen && <span className={styles.dim}>Replaces what was said before.</span>}
    </DialogForm>
  );
}

/** Of each service: do its alerts belong here? */
function ServicesToJudge({ incident, onChange }: { incident: Incident; onChange: (parts: readonly JudgedPart[]) => void }) {
  const styles = useStyles2(getStyles);
  const isTooLarge = incident.alertsTotal > MOST_JUDGED_ALERTS;
  const alerts = useAlertsToJudge(incident.number, { enabled: !isTooLarge });
  const [belongs, setBelongs] = useState<ReadonlyMap<string | null, Belonging>>(new Map());
  if (isTooLarge) {
    return <span>{incident.alertsTotal.toLocaleString()} alerts are too many to judge by service. Choose the ones that did not belong on the tab Alerts.</span>;
  }
  return (
    <QueryView query={alerts} loading={<Skeleton rows={3} height={32} />}>
      {(all) => {
        const services = byService(all);
        return (
          <>
            <ul className={styles.services} aria-label="Where the alerts of each service belong">
              {services.map(({ service, alerts: own }) => (
                <li key={service ?? ''} className={styles.service}>
                  <span className={styles.name}>
                    {service ?? 'No service'} <span className={styles.dim}>{countOf(own.length, 'alert')}</span>
                  </span>
                  <Choice
                    size="sm"
                    label={service ?? 'No service'}
                    options={BELONGINGS}
                    labels={BELONGING_LABELS}
                    value={belongs.get(service) ?? 'here'}
                    onChange={(belonging) => {
                      const next = new Map(belongs).set(service, belonging);
                      setBelongs(next);
                      onChange(partsOf(services, next));
                    }}
                  />
                </li>
              ))}
            </ul>
            <span className={styles.dim}>Only a few alerts of a service? Choose them on the tab Alerts, then “Did not belong here”.</span>
          </>
        );
      }}
    </QueryView>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  dim: css({ color: theme.colors.text.secondary }),
  services: css({ listStyle: 'none', margin: 0, maxHeight: '40vh', overflowY: 'auto' }),
  service: css({
    display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', gap: theme.spacing(0.5, 2), padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  name: css({ minWidth: 0, overflowWrap: 'anywhere' }),
});
