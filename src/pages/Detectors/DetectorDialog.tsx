import { useState } from 'react';
import { Combobox, Field, Input, Text, TextArea } from '@grafana/ui';
import { SEVERITIES, type Detector, type DetectorBody } from '#contract';
import { useSaveDetector } from '../../api/useDetectors.ts';
import { Choice } from '../../components/Choice.tsx';
import { DialogForm } from '../../components/DialogForm.tsx';
import { NumberField } from '../../components/NumberField.tsx';
import { useTextLanguages } from '../../hooks/useDataSources.ts';
import { useToast } from '../../hooks/useToast.ts';
import { bodyOf, DIRECTION_WORDS, DIRECTIONS, draftOf, NEW_DETECTOR, pastWords, wantingOf, type DetectorDraft } from '../../model/detectors.ts';
import { SEVERITY_LABELS, SEVERITY_MEANINGS } from '../../model/severities.ts';
import { CalendarFields } from './CalendarFields.tsx';
import { DetectorQueryFields } from './DetectorQueryFields.tsx';
import { ForecastPart } from './ForecastPart.tsx';
import { PreviewPart } from './PreviewPart.tsx';

const SEVERITY_OPTIONS = SEVERITIES.map((value) => ({ value, label: SEVERITY_LABELS[value], description: SEVERITY_MEANINGS[value] }));

/** What is watched, how watchful, and what its alerts say, with how that would have done over the past month. */
export function DetectorDialog({ known, onClose }: { known: Detector | null; onClose: () => void }) {
  const save = useSaveDetector();
  const toast = useToast();
  const languageOf = useTextLanguages();
  const [draft, setDraft] = useState<DetectorDraft>(() => (known === null ? NEW_DETECTOR : draftOf(known, languageOf)));
  const change = (part: Partial<DetectorDraft>): void => setDraft({ ...draft, ...part });
  const body = bodyOf(draft);
  const wanting = wantingOf(draft);
  const wrong = (field: string, typed: string, error: string): { invalid: boolean; error?: string } => (typed.trim() !== '' && wanting.includes(field) ? { invalid: true, error } : { invalid: false });
  return (
    <DialogForm
      title={known === null ? 'New detector' : `Edit “${known.name}”`}
      confirmText={known === null ? 'Make it' : 'Save'}
      canConfirm={body !== null && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() =>
        body !== null && save.mutate({ known, body }, {
          onSuccess: ({ name, state }) => {
            toast.done(state === 'train' ? `${name}: learns from the past ${pastWords(body.query.kind)}` : `${name}: saved`);
            onClose();
          },
        })
      }
    >
      <Field noMargin required label="Name" description="In at least 3 characters; also the name of its alerts." {...wrong('Name', draft.name, 'It is too short.')}>
        <Input id="muster-detector-name" autoFocus maxLength={200} placeholder="Checkout requests" value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
      </Field>
      <DetectorQueryFields draft={draft} wrong={wrong} onChange={change} />
      <NumberField id="muster-detector-step" label="Step (seconds)" description="Time from one value to the next, 10 to 3,600." min={10} max={3_600} value={draft.stepSeconds} onChange={(stepSeconds) => change({ stepSeconds })} />
      {draft.kind !== 'loki' && (
        <Field noMargin label="Which way it must be off">
          <Choice<DetectorBody['direction']> label="Which way it must be off" options={DIRECTIONS} labels={DIRECTION_WORDS} value={draft.direction} onChange={(direction) => change({ direction })} />
        </Field>
      )}
      <NumberField
        id="muster-detector-alarms" label="False alarms a week, at most" description={`Of all its ${draft.kind === 'loki' ? 'patterns' : 'series'} together. A limit, not an aim: mostly far fewer come. With less it finds less.`} min={0.1} max={50} step={0.1} value={draft.alarmsAWeek}
        onChange={(alarmsAWeek) => change({ alarmsAWeek })}
      />
      <PreviewPart draft={draft} />
      {draft.kind !== 'loki' && <CalendarFields draft={draft} onChange={change} />}
      {draft.kind !== 'loki' && <ForecastPart draft={draft} onChange={change} />}
      <Field noMargin label="Service (optional)" description="Of its alerts. Left empty, the labels of the series say it.">
        <Input id="muster-detector-service" maxLength={200} placeholder="checkout" value={draft.service} onChange={(event) => change({ service: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Severity of its alerts">
        <Combobox id="muster-detector-severity" options={SEVERITY_OPTIONS} value={draft.severity} onChange={(chosen: { value: DetectorBody['severity'] } | null | undefined) => chosen != null && change({ severity: chosen.value })} />
      </Field>
      <Field noMargin label="Labels of its alerts (optional)" description="name=value, one a line." {...wrong('Labels', draft.labels, 'Each line must be name=value, the name of letters, digits and _.')}>
        <TextArea id="muster-detector-labels" rows={2} placeholder="team=shop" value={draft.labels} onChange={(event) => change({ labels: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Links (optional)" description="A title and an address, one a line." {...wrong('Links', draft.links, 'Each line must end with an address that begins with http:// or https://.')}>
        <TextArea id="muster-detector-links" rows={2} placeholder="Dashboard https://grafana.example.com/d/shop" value={draft.links} onChange={(event) => change({ links: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="What it is for (optional)">
        <TextArea id="muster-detector-description" rows={2} maxLength={2000} value={draft.description} onChange={(event) => change({ description: event.currentTarget.value })} />
      </Field>
      {wanting.length > 0 && <Text color="secondary" variant="bodySmall">{`Still missing or wrong: ${wanting.join(', ')}.`}</Text>}
    </DialogForm>
  );
}
