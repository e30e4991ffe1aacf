import { useState } from 'react';
import { Field, Input, TextArea } from '@grafana/ui';
import { incidentKey, incidentNumber, UNDO_WITHIN_MINUTES, type AlertId, type Incident } from '#contract';
import { useMoveAlerts, useSplitIncident } from '../../api/useIncident.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { OpenIncidentField } from './OpenIncidentField.tsx';
import { useDialogOutcome } from './useDialogOutcome.ts';

/** Into a new incident, into another one, or out of any. */
export type RegroupKind = 'split' | 'move' | 'out';

interface Props {
  kind: RegroupKind;
  incident: Incident;
  alerts: readonly AlertId[];
  onClose: () => void;
  onDone: () => void;
}

function countOf(alerts: readonly AlertId[]): string {
  return alerts.length === 1 ? '1 alert' : `${alerts.length} alerts`;
}

const TITLES: Readonly<Record<RegroupKind, (count: string) => string>> = {
  split: (count) => `Split ${count} off into a new incident`,
  move: (count) => `Move ${count} to another incident`,
  out: (count) => `Take ${count} out`,
};
const CONFIRMS: Readonly<Record<RegroupKind, string>> = { split: 'Split off', move: 'Move', out: 'Take out' };

export function RegroupDialog({ kind, incident, alerts, onClose, onDone }: Props) {
  const split = useSplitIncident();
  const move = useMoveAlerts();
  const [into, setInto] = useState<number | null>(null);
  const [title, setTitle] = useState('');
  const [reason, setReason] = useState('');
  const outcome = useDialogOutcome(onClose);
  const count = countOf(alerts);
  const why = reason.trim();
  const pending = split.isPending || move.isPending;

  function confirm(): void {
    if (kind === 'split') {
      split.mutate(
        { number: incident.number, body: { alerts: [...alerts], reason: why, ...(title.trim() === '' ? {} : { title: title.trim() }) } },
        {
          onSuccess: (made) => {
            outcome(`${count} split off into ${made.key}. Can be undone for ${UNDO_WITHIN_MINUTES} minutes.`).onSuccess();
            onDone();
          },
          onError: outcome('').onError,
        }
      );
      return;
    }
    const target = kind === 'out' || into === null ? null : incidentNumber.parse(into);
    move.mutate(
      { number: incident.number, body: { alerts: [...alerts], into: target, reason: why } },
      {
        onSuccess: () => {
          outcome(`${count} ${target === null ? 'taken out' : `moved to ${incidentKey(target)}`}. Can be undone for ${UNDO_WITHIN_MINUTES} minutes.`).onSuccess();
          onDone();
        },
        onError: outcome('').onError,
      }
    );
  }

  return (
    <DialogForm
      title={TITLES[kind](count)}
      confirmText={CONFIRMS[kind]}
      canConfirm={why.length >= 3 && !pending && (kind !== 'move' || into !== null) && (title.trim() === '' || title.trim().length >= 3)}
      error={split.error ?? move.error}
      onClose={onClose}
      onConfirm={confirm}
    >
      <span>
        {kind === 'out'
          ? 'They belong to no incident then, and Muster leaves them alone.'
          : 'They stay where you put them. Severity and counts of both incidents are told anew.'}
      </span>
      {kind === 'split' && (
        <Field noMargin label="Title (optional)">
          <Input id="muster-split-title" maxLength={200} placeholder={incident.title} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
        </Field>
      )}
      {kind === 'move' && <OpenIncidentField id="muster-move-into" except={incident.number} value={into} onChange={setInto} />}
      <Field noMargin required label="Reason" description="Shown on both timelines; Muster learns from it.">
        <TextArea id="muster-regroup-reason" rows={2} maxLength={2000} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}
