import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Button, Combobox, Field, useStyles2 } from '@grafana/ui';
import { SEVERITIES, type Audience, type Communication } from '#contract';
import { useCadence, useCommunication, usePutCommunication } from '../../api/useComms.ts';
import { useCan } from '../../api/useMe.ts';
import { useTeams } from '../../api/usePeople.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { APPROVAL_WORDS, AUDIENCE_WORDS } from '../../model/comms.ts';
import { testIds } from '../../testIds.ts';
import { AudienceDialog } from './AudienceDialog.tsx';

const DAYS = 90;
const NOBODY = '';

/** Who is told what, by which template, and how often. */
export function AudiencesTab() {
  const styles = useStyles2(getStyles);
  const settings = useCommunication();
  const cadence = useCadence(DAYS);
  return (
    <div className={styles.tab} data-testid={testIds.statusPage.audiences}>
      {cadence.data !== undefined && (
        <span className={styles.dim}>
          {cadence.data.percent === null ? `No update was due in the last ${DAYS} days.` : `${cadence.data.percent} % of the updates that were due in the last ${DAYS} days came in time (${cadence.data.kept} of ${cadence.data.total}).`}
        </span>
      )}
      <QueryView query={settings} loading={<Skeleton rows={4} height={72} />}>
        {(data) => <List settings={data} />}
      </QueryView>
    </div>
  );
}

function List({ settings }: { settings: Communication }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const save = usePutCommunication();
  const teams = useTeams({ enabled: can('listTeams') });
  const [dialog, setDialog] = useState<'new' | Audience | null>(null);
  const mayChange = can('putCommunication') && !settings.provisioned;

  function put(audiences: Audience[], said: string, dueTeam = settings.dueTeam): void {
    save.mutate({ version: settings.version, body: { audiences, remindMinutes: settings.remindMinutes, dueTeam } }, {
      onSuccess: () => {
        toast.done(said);
        setDialog(null);
      },
    });
  }

  return (
    <>
      {settings.provisioned && <Alert severity="info" title="Audiences are provisioned: change them in communication.yaml and restart Muster." />}
      {mayChange && (
        <div>
          <Button icon="plus" onClick={() => setDialog('new')}>
            Add an audience
          </Button>
        </div>
      )}
      <Field noMargin label="Who is told of a due update while nobody is in charge" description="Otherwise whoever plays the role communications, or leads the incident." htmlFor="muster-due-team">
        <Combobox
          id="muster-due-team"
          options={[{ value: NOBODY, label: 'The channels of those inside' }, ...(teams.data ?? []).map(({ id, name }) => ({ value: String(id), label: name }))]}
          value={settings.dueTeam ?? NOBODY}
          disabled={!mayChange || save.isPending}
          onChange={({ value }) => put(settings.audiences, 'Saved', teams.data?.find(({ id }) => id === value)?.id ?? null)}
        />
      </Field>
      <ul className={styles.list}>
        {settings.audiences.map((audience) => (
          <li key={audience.id} className={styles.row}>
            <div className={styles.words}>
              <div className={styles.line}>
                <strong>{audience.name}</strong>
                {AUDIENCE_WORDS[audience.kind] !== audience.name && <span className={styles.dim}>{AUDIENCE_WORDS[audience.kind]}</span>}
                {audience.statusPage && <Badge color="blue" text="Status page" />}
                {audience.autoPublish && <Badge color="orange" text="Runbooks publish" />}
              </div>
              <div className={styles.dim}>{cadenceWords(audience)}</div>
              <div className={styles.dim}>{`Approval: ${APPROVAL_WORDS[audience.approval].toLowerCase()} · ${audience.channels.length} channels · ${audience.language}, ${audience.timeZone}`}</div>
            </div>
            {mayChange && (
              <Button size="sm" variant="secondary" aria-label={`Edit ${audience.name}`} onClick={() => setDialog(audience)}>
                Edit
              </Button>
            )}
            {mayChange && settings.audiences.length > 1 && (
              <Button
                size="sm"
                variant="secondary"
                fill="text"
                aria-label={`Remove ${audience.name}`}
                disabled={save.isPending}
                onClick={() => put(settings.audiences.filter(({ id }) => id !== audience.id), `Removed: ${audience.name}`)}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      {dialog !== null && (
        <AudienceDialog
          audience={dialog === 'new' ? null : dialog}
          taken={settings.audiences.map(({ id }) => id)}
          error={save.error}
          busy={save.isPending}
          onClose={() => setDialog(null)}
          onSave={(audience) => put(dialog === 'new' ? [...settings.audiences, audience] : settings.audiences.map((other) => (other.id === audience.id ? audience : other)), `Saved: ${audience.name}`)}
        />
      )}
    </>
  );
}

function cadenceWords({ cadence, clockFrom }: Audience): string {
  const told = SEVERITIES.flatMap((severity) => (cadence[severity] === null ? [] : [`${severity.toUpperCase()} every ${cadence[severity]} min`]));
  return told.length === 0 ? 'No clock' : `${told.join(', ')}, from the ${clockFrom === 'declared' ? 'declaration' : 'first update'} on`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 960 }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css(rowStyle(theme)),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  dim: css({ color: theme.colors.text.secondary }),
});
