import { useState, type FormEvent } from 'react';
import type { DateTime } from '@grafana/data';
import { Alert, Button, Checkbox, DateTimePicker, Field, Input, Modal, Stack, TagsInput, TextArea } from '@grafana/ui';
import { declareIncidentBody, SEVERITIES, type Incident, type Severity, type UserKey } from '#contract';
import { adviseOn } from '../api/errorAdvice.ts';
import { useDeclareIncident } from '../api/useIncidents.ts';
import { useCan, useMe } from '../api/useMe.ts';
import type { DeclarePrefill } from '../model/declarePrefill.ts';
import { SEVERITY_LABELS, SEVERITY_MEANINGS } from '../model/severities.ts';
import { Choice } from './Choice.tsx';
import { PeopleField } from './PeopleField.tsx';

interface Props {
  /** What it begins with. */
  prefill?: DeclarePrefill;
  onDeclared: (incident: Incident) => void;
  onDismiss: () => void;
}

/** Declaring by hand: two things are needed, the rest can wait. */
export function DeclareIncidentModal({ prefill = {}, onDeclared, onDismiss }: Props) {
  const declare = useDeclareIncident();
  const [title, setTitle] = useState(prefill.title ?? '');
  const [severity, setSeverity] = useState<Severity>(prefill.severity ?? 'sev2');
  const [services, setServices] = useState<string[]>([...(prefill.services ?? [])]);
  const alerts = [...(prefill.alerts ?? [])];
  const links = [...(prefill.links ?? [])];
  const [description, setDescription] = useState('');
  const [impactStart, setImpactStart] = useState<DateTime>();
  const [touched, setTouched] = useState(false);
  const can = useCan();
  const me = useMe();
  const [isPrivate, setPrivate] = useState(false);
  const [members, setMembers] = useState<UserKey[]>([]);
  const [privateReason, setPrivateReason] = useState('');

  const body = {
    title,
    severity,
    services,
    description,
    alerts,
    links,
    ...(impactStart === undefined ? {} : { impactStartedAt: impactStart.toISOString() }),
    ...(isPrivate ? { private: { members, reason: privateReason } } : {}),
  };
  const checked = declareIncidentBody.safeParse(body);
  const faultOf = (field: string) =>
    (touched && !checked.success ? checked.error.issues.find(({ path }) => path[0] === field)?.message : undefined) ??
    declare.error?.fields.find((fault) => fault.field === field || fault.field.startsWith(`${field}.`))?.message;
  const inFuture = impactStart !== undefined && impactStart.valueOf() > Date.now();

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTouched(true);
    if (checked.success && !inFuture) {
      declare.mutate(body, { onSuccess: onDeclared });
    }
  }

  return (
    <Modal title="Declare incident" isOpen onDismiss={onDismiss}>
      <form onSubmit={submit}>
        <Stack direction="column" gap={2}>
          {declare.error !== null && (
            <Alert severity="error" title={adviseOn(declare.error).title}>
              {adviseOn(declare.error).advice}
            </Alert>
          )}
          <Field noMargin required label="What is broken?" invalid={faultOf('title') !== undefined} error={faultOf('title') === undefined ? undefined : 'Say it in 3 to 200 characters.'}>
            <Input
              id="muster-declare-title"
              autoFocus
              maxLength={200}
              placeholder="Customers cannot pay"
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
          </Field>
          {(alerts.length > 0 || links.length > 0) && (
            <span>
              {[
                ...(alerts.length > 0 ? [`Takes ${alerts.length === 1 ? 'this alert' : `these ${alerts.length} alerts`} along.`] : []),
                ...links.map((link) => `Keeps a link to: ${link.title}.`),
              ].join(' ')}
            </span>
          )}
          <Field noMargin label="How bad is it?" description={SEVERITY_MEANINGS[severity]}>
            <Choice label="Severity" size="sm" options={SEVERITIES} labels={SEVERITY_LABELS} value={severity} onChange={setSeverity} />
          </Field>
          <Field noMargin label="Affected services (optional)" description="Type a name and press Enter." invalid={faultOf('services') !== undefined} error={faultOf('services')}>
            <TagsInput id="muster-declare-services" tags={services} onChange={setServices} placeholder="checkout" />
          </Field>
          <Field noMargin label="What is known (optional)" invalid={faultOf('description') !== undefined} error={faultOf('description')}>
            <TextArea
              id="muster-declare-description"
              rows={3}
              maxLength={10_000}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
          </Field>
          <Field
            noMargin
            label="Impact began (optional)"
            description="When users began to be hurt, if that was before now."
            invalid={inFuture || faultOf('impactStartedAt') !== undefined}
            error={inFuture ? 'This is in the future.' : faultOf('impactStartedAt')}
          >
            <DateTimePicker
              {...(impactStart === undefined ? {} : { date: impactStart })}
              onChange={setImpactStart}
              clearable
            />
          </Field>
          {can('makeIncidentPrivate') && (
            <Checkbox
              id="muster-declare-private"
              label="Private"
              description="Only you and the people you name see it."
              value={isPrivate}
              onChange={(event) => setPrivate(event.currentTarget.checked)}
            />
          )}
          {isPrivate && (
            <>
              <PeopleField id="muster-declare-members" label="Who else sees it" description="You see it in any case." value={members} onChange={setMembers} without={me.data === undefined ? [] : [me.data.user.key]} />
              <Field
                noMargin
                required
                label="Why it is private"
                description="Shown to its members."
                invalid={faultOf('private') !== undefined}
                error={faultOf('private') === undefined ? undefined : 'Say why in at least 3 characters.'}
              >
                <Input id="muster-declare-private-reason" maxLength={2000} value={privateReason} onChange={(event) => setPrivateReason(event.currentTarget.value)} />
              </Field>
            </>
          )}
          <Stack gap={1} justifyContent="flex-end" wrap="wrap">
            <Button type="button" variant="secondary" fill="outline" onClick={onDismiss}>
              Back
            </Button>
            <Button type="submit" icon="fire" disabled={declare.isPending}>
              Declare incident
            </Button>
          </Stack>
        </Stack>
      </form>
    </Modal>
  );
}
