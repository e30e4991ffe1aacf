import { css } from '@emotion/css';
import { useState, type FormEvent } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, Field, Input, Switch, TextArea, useStyles2 } from '@grafana/ui';
import { UPDATE_PHASES, type Audience, type ComponentStatus, type Incident, type IncidentComms, type StatusUpdate, type UpdateDraft, type UpdatePhase } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useChannels } from '../../api/useChannels.ts';
import { useNoteDraftOutcome } from '../../api/useDraftModel.ts';
import { useSaveUpdate, useUpdatePreview, type UpdateBody } from '../../api/useComms.ts';
import { useCan } from '../../api/useMe.ts';
import { boxStyle } from '../../components/boxStyle.ts';
import { Choice } from '../../components/Choice.tsx';
import { Markdown } from '../../components/runs/Markdown.tsx';
import { useDebounced } from '../../hooks/useDebounced.ts';
import { useToast } from '../../hooks/useToast.ts';
import { needsApproval, PHASE_WORDS } from '../../model/comms.ts';
import { testIds } from '../../testIds.ts';
import { ComponentFields } from './ComponentFields.tsx';
import { DraftBar } from './DraftBar.tsx';

interface Props {
  incident: Incident;
  comms: IncidentComms;
  audiences: readonly Audience[];
  /** The one to change; null: a new one. */
  draft: StatusUpdate | null;
  /** The published one that it is to correct. */
  corrects: StatusUpdate | null;
  /** What was written before; what was last told to an audience is what the next one begins with. */
  previous: readonly StatusUpdate[];
  onClose: () => void;
}

const MINUTE_MS = 60_000;

/** What an update to an audience begins with. */
function beginning(audience: Audience | undefined, { draft, corrects, previous }: Pick<Props, 'draft' | 'corrects' | 'previous'>): Readonly<Record<string, string>> {
  const seen = draft ?? corrects;
  if (seen !== null) return seen.fields;
  const last = previous.find((update) => update.audience === audience?.id && update.state === 'published');
  // What stays the same is not typed again; what happens now is.
  return Object.fromEntries((audience?.fields ?? []).filter(({ multiline }) => !multiline).map(({ key }) => [key, last?.fields[key] ?? '']));
}

/** The form of an update, with how its audience will read it beside. */
export function ComposeUpdate({ incident, comms, audiences, draft, corrects, previous, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const save = useSaveUpdate();
  const seen = draft ?? corrects;
  const [audienceId, setAudienceId] = useState<string>(seen?.audience ?? comms.due[0]?.audience ?? audiences[0]?.id ?? '');
  const audience = audiences.find(({ id }) => id === audienceId);
  const [written, setWritten] = useState<Readonly<Record<string, string>>>(() => beginning(audience, { draft, corrects, previous }));
  const [phase, setPhase] = useState<UpdatePhase>(seen?.phase ?? comms.phase);
  const [components, setComponents] = useState<readonly ComponentStatus[]>(seen?.components ?? comms.components);
  const [minutes, setMinutes] = useState('');
  const [own, setOwn] = useState<{ subject: string; text: string } | null>(seen?.ownText === undefined || seen.ownText === null ? null : { subject: seen.ownSubject ?? '', text: seen.ownText });

  const note = useNoteDraftOutcome();
  const [drafted, setDrafted] = useState<UpdateDraft | null>(null);

  function choose(id: string): void {
    const next = audiences.find((one) => one.id === id);
    setAudienceId(id);
    // What the new audience is asked as well is kept; but what was drafted for one audience is not for the eyes of another, whatever was made of it.
    const kept = (key: string): string => (drafted !== null && key in drafted.fields ? '' : (written[key] ?? ''));
    setWritten({ ...beginning(next, { draft, corrects, previous }), ...Object.fromEntries((next?.fields ?? []).flatMap(({ key }) => (kept(key) === '' ? [] : [[key, kept(key)]]))) });
    if (drafted !== null && drafted.ownText !== null) setOwn(null);
    setDrafted(null);
  }

  /** What somebody wrote stays; a draft fills in what is empty, or an earlier draft that nobody touched. */
  function take(made: UpdateDraft): void {
    const isOpen = (key: string): boolean => (written[key] ?? '').trim() === '' || written[key] === drafted?.fields[key];
    setWritten({ ...written, ...Object.fromEntries(Object.entries(made.fields).filter(([key]) => isOpen(key))) });
    if (made.ownText !== null && (own === null || own.text === drafted?.ownText)) setOwn({ subject: made.ownSubject ?? '', text: made.ownText });
    setDrafted(made);
  }

  function isUntouched(made: UpdateDraft): boolean {
    return made.ownText === null ? Object.entries(made.fields).every(([key, text]) => written[key] === text) : own?.text === made.ownText;
  }

  function takeOut(made: UpdateDraft): void {
    note.mutate({ by: made.by, outcome: 'discarded' });
    setWritten(Object.fromEntries(Object.entries(written).map(([key, text]) => [key, text === made.fields[key] ? '' : text])));
    if (made.ownText !== null && own?.text === made.ownText) setOwn(null);
    setDrafted(null);
  }

  function bodyOf(at: number): UpdateBody | null {
    if (audience === undefined) return null;
    const promised = minutes.trim() === '' ? (draft?.nextUpdateAt ?? null) : new Date(at + Number(minutes) * MINUTE_MS).toISOString();
    return {
      audience: audience.id, phase, fields: Object.fromEntries(audience.fields.map(({ key }) => [key, written[key] ?? ''])), components: audience.statusPage ? [...components] : [], nextUpdateAt: promised,
      ownSubject: own === null || own.subject.trim() === '' ? null : own.subject, ownText: own === null || own.text.trim() === '' ? null : own.text, corrects: corrects?.id ?? null,
    };
  }

  // To the minute, so that a preview is asked for when something was typed, not as time passes.
  const [openedAt] = useState(() => Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS);
  const debounced = useDebounced(bodyOf(openedAt));
  // What one audience reads never stands under the name of another.
  const preview = debounced?.audience === audienceId ? debounced : null;
  const isRight = audience !== undefined && (minutes.trim() === '' || /^[1-9]\d{0,3}$/.test(minutes.trim()));
  const publishes = audience !== undefined && !needsApproval(audience) && can('publishUpdate');

  function submit(publish: boolean): void {
    const body = bodyOf(Date.now());
    if (body === null || !isRight || save.isPending) return;
    save.mutate({ number: incident.number, draft, body, publish }, {
      onSuccess: ({ audienceName }) => {
        if (drafted !== null) note.mutate({ by: drafted.by, outcome: isUntouched(drafted) ? 'accepted' : 'edited' });
        toast.done(publish ? `Published: update to ${audienceName}` : `Draft saved: update to ${audienceName}`);
        onClose();
      },
    });
  }

  return (
    <form
      className={styles.form}
      aria-label={corrects === null ? 'Write an update' : 'Correct an update'}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit(publishes);
      }}
    >
      <div className={styles.fields}>
        {save.error !== null && (
          <Alert severity="error" title={adviseOn(save.error).title}>
            {adviseOn(save.error).advice}
          </Alert>
        )}
        <Field noMargin label="Audience" htmlFor="muster-update-audience">
          <Combobox
            id="muster-update-audience"
            options={audiences.map(({ id, name }) => ({ value: id, label: name }))}
            value={audienceId}
            disabled={seen !== null}
            onChange={(option) => choose(option.value)}
          />
        </Field>
        {audience !== undefined && can('writeDraft') && <DraftBar number={incident.number} audience={audience} drafted={drafted} onDraft={take} onTakeOut={takeOut} />}
        <Field noMargin label="How far it is">
          <Choice label="How far it is" options={UPDATE_PHASES} labels={PHASE_WORDS} value={phase} onChange={setPhase} />
        </Field>
        {audience?.fields.map(({ key, label, help, multiline, requiredFor }) => (
          <Field key={key} noMargin label={label} description={help === '' ? undefined : help} required={requiredFor.includes(incident.severity)}>
            {multiline ? (
              <TextArea id={`muster-update-${key}`} rows={3} maxLength={5000} value={written[key] ?? ''} onChange={(event) => setWritten({ ...written, [key]: event.currentTarget.value })} />
            ) : (
              <Input id={`muster-update-${key}`} maxLength={300} value={written[key] ?? ''} onChange={(event) => setWritten({ ...written, [key]: event.currentTarget.value })} />
            )}
          </Field>
        ))}
        {audience?.statusPage === true && <ComponentFields names={comms.businessServices} value={components} onChange={setComponents} />}
        <Field
          noMargin
          label="Next update in minutes (optional)"
          description={draft?.nextUpdateAt === null || draft === null ? 'Without it, the cadence of the audience counts.' : 'Without it, what is promised in the draft stays.'}
          invalid={!isRight && audience !== undefined}
          error="A whole number of minutes"
        >
          <Input id="muster-update-next" inputMode="numeric" width={12} value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)} />
        </Field>
        <Field noMargin label="Write it by hand instead of by the template" htmlFor="muster-update-own">
          <Switch id="muster-update-own" value={own !== null} onChange={(event) => setOwn(event.currentTarget.checked ? { subject: '', text: '' } : null)} />
        </Field>
        {own !== null && (
          <>
            <Field noMargin label="Subject by hand">
              <Input id="muster-update-own-subject" maxLength={300} value={own.subject} onChange={(event) => setOwn({ ...own, subject: event.currentTarget.value })} />
            </Field>
            <Field noMargin label="Text by hand" description="Paragraphs, **bold**, lists and links.">
              <TextArea id="muster-update-own-text" rows={6} maxLength={10_000} value={own.text} onChange={(event) => setOwn({ ...own, text: event.currentTarget.value })} />
            </Field>
          </>
        )}
        <div className={styles.buttons}>
          {publishes && (
            <Button type="submit" disabled={!isRight || save.isPending}>
              {`Publish to ${audience.name}`}
            </Button>
          )}
          <Button type={publishes ? 'button' : 'submit'} variant={publishes ? 'secondary' : 'primary'} disabled={!isRight || save.isPending} {...(publishes ? { onClick: () => submit(false) } : {})}>
            {publishes ? 'Save as a draft' : 'Save for approval'}
          </Button>
          <Button
            type="button"
            variant="secondary"
            fill="outline"
            onClick={() => {
              if (drafted !== null) note.mutate({ by: drafted.by, outcome: 'discarded' });
              onClose();
            }}
          >
            Back
          </Button>
        </div>
      </div>
      {preview !== null && <Preview number={incident.number} body={preview} name={audience?.name ?? ''} channels={audience?.channels ?? []} />}
    </form>
  );
}

function Preview({ number, body, name, channels }: { number: number; body: UpdateBody; name: string; channels: Audience['channels'] }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const known = useChannels({ enabled: can('listChannels') && channels.length > 0 });
  const preview = useUpdatePreview(number, body, { enabled: can('previewUpdate') });
  return (
    <section className={styles.preview} aria-label={`As ${name} will read it`} data-testid={testIds.comms.preview}>
      <span className={styles.dim}>{`As ${name} will read it`}</span>
      {preview.data === undefined ? (
        preview.error !== null && <span className={styles.dim}>{adviseOn(preview.error).advice}</span>
      ) : (
        <>
          <div className={styles.subject}>{preview.data.subject}</div>
          <Markdown text={preview.data.text} />
          {preview.data.missing.length > 0 && <div className={styles.missing}>{`Still to be filled in: ${preview.data.missing.join(', ')}`}</div>}
          <span className={styles.dim}>{`Goes to ${preview.data.reaches.join(', ')}.`}</span>
          {channels.length > 0 && <span className={styles.dim}>{`Channels: ${channels.map((id) => known.data?.find((channel) => channel.id === id)?.name ?? id).join(', ')}`}</span>}
        </>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ ...boxStyle(theme), display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 360px), 1fr))', gap: theme.spacing(3), background: theme.colors.background.secondary }),
  fields: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  preview: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 0, overflowWrap: 'anywhere', padding: theme.spacing(2), background: theme.colors.background.primary, borderRadius: theme.shape.radius.default, alignSelf: 'start' }),
  subject: css({ ...theme.typography.h5, margin: 0 }),
  missing: css({ color: theme.colors.warning.text }),
  dim: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
