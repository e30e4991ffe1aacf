import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Combobox, Field, IconButton, Input, Switch, TextArea, useStyles2 } from '@grafana/ui';
import { UPDATE_LANGUAGES, VISIBILITIES, type PageComponent, type StatusPage } from '#contract';
import { adviseOn } from '../../api/errorAdvice.ts';
import { useBusinessServices } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { usePutStatusPage, useStatusPage } from '../../api/useStatusPage.ts';
import { MailChannelField } from '../../components/ChannelsField.tsx';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { testIds } from '../../testIds.ts';
import { LinksBlock } from './LinksBlock.tsx';
import { LANGUAGE_WORDS, namesOf, VISIBILITY_WORDS } from './words.ts';

/** What the page shows, and to whom. */
export function SettingsTab() {
  const settings = useStatusPage();
  return (
    <QueryView query={settings} loading={<Skeleton rows={4} height={64} />}>
      {(data) => <Form key={data.version} settings={data} />}
    </QueryView>
  );
}

function Form({ settings }: { settings: StatusPage }) {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const save = usePutStatusPage();
  const [draft, setDraft] = useState(settings);
  const [regions, setRegions] = useState(settings.regions.join(', '));
  const isOpen = can('putStatusPage') && !settings.provisioned;
  const isChanged = JSON.stringify(draft) !== JSON.stringify(settings);
  const set = (part: Partial<StatusPage>): void => setDraft({ ...draft, ...part });

  function submit(): void {
    const { url: _url, provisioned: _provisioned, version, ...body } = draft;
    save.mutate({ version, body }, { onSuccess: () => toast.done('Status page saved'), onError: (error) => toast.failed(error) });
  }

  return (
    <form
      className={styles.form}
      data-testid={testIds.statusPage.settings}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {settings.provisioned && <Alert severity="info" title="These settings are provisioned: change them in status-page.yaml and restart Muster." />}
      {save.error !== null && (
        <Alert severity="error" title={adviseOn(save.error).title}>
          {adviseOn(save.error).advice}
        </Alert>
      )}
      <Field noMargin label="Who can read it">
        <Choice label="Who can read it" options={VISIBILITIES} labels={VISIBILITY_WORDS} value={draft.visibility} onChange={(visibility) => set({ visibility })} />
      </Field>
      <Field noMargin label="Title" required>
        <Input id="muster-page-title" maxLength={100} value={draft.title} disabled={!isOpen} onChange={(event) => set({ title: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Introduction (optional)" description="Stands above the components. Paragraphs, **bold**, lists and links.">
        <TextArea id="muster-page-intro" rows={3} maxLength={2000} value={draft.intro} disabled={!isOpen} onChange={(event) => set({ intro: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Language">
        <Choice label="Language" options={UPDATE_LANGUAGES} labels={LANGUAGE_WORDS} value={draft.language} onChange={(language) => set({ language })} />
      </Field>
      <Field noMargin label="Time zone">
        <Input id="muster-page-zone" maxLength={60} value={draft.timeZone} disabled={!isOpen} onChange={(event) => set({ timeZone: event.currentTarget.value })} />
      </Field>
      <Field noMargin label="Contact (optional)" description="A web or mail address, as https://… or mailto:…">
        <Input id="muster-page-contact" maxLength={1000} value={draft.contact ?? ''} disabled={!isOpen} onChange={(event) => set({ contact: event.currentTarget.value === '' ? null : event.currentTarget.value })} />
      </Field>
      <Components value={draft.components} disabled={!isOpen} onChange={(components) => set({ components })} />
      <Field noMargin label="Readers may subscribe by e-mail" htmlFor="muster-page-subscriptions" description="Only a public page offers it.">
        <Switch id="muster-page-subscriptions" value={draft.subscriptions} disabled={!isOpen} onChange={(event) => set({ subscriptions: event.currentTarget.checked })} />
      </Field>
      {draft.subscriptions && (
        <Field noMargin label="Regions readers may choose among (optional)" description="Names as in the catalogue, with commas between.">
          <Input id="muster-page-regions" value={regions} disabled={!isOpen} onChange={(event) => { setRegions(event.currentTarget.value); set({ regions: namesOf(event.currentTarget.value) }); }} />
        </Field>
      )}
      {draft.subscriptions && (
        <MailChannelField id="muster-page-mail" label="Channel for these mails" description="A channel that sends e-mail." value={draft.mailChannel} disabled={!isOpen} onChange={(mailChannel) => set({ mailChannel })} />
      )}
      {isOpen && (
        <div>
          <Button type="submit" disabled={!isChanged || draft.title.trim() === '' || save.isPending}>
            Save
          </Button>
        </div>
      )}
      {settings.visibility === 'private' && <LinksBlock />}
    </form>
  );
}

interface ComponentsProps {
  value: readonly PageComponent[];
  disabled: boolean;
  onChange: (value: PageComponent[]) => void;
}

/** Business services on the page, in order, with what readers call them. */
function Components({ value, disabled, onChange }: ComponentsProps) {
  const styles = useStyles2(getStyles);
  const services = useBusinessServices();
  const others = (services.data ?? []).map(({ name }) => name).filter((name) => !value.some((one) => one.name === name));
  const change = (name: string, part: Partial<PageComponent>): void => onChange(value.map((one) => (one.name === name ? { ...one, ...part } : one)));
  return (
    <Field noMargin label="Components" description="Business services, as readers see them.">
      <div className={styles.list} role="group" aria-label="Components of the page">
        {value.map(({ name, label, group }) => (
          <div key={name} className={styles.row}>
            <span className={styles.name}>{name}</span>
            <Input aria-label={`What readers call ${name}`} placeholder={name} width={24} maxLength={100} value={label ?? ''} disabled={disabled} onChange={(event) => change(name, { label: event.currentTarget.value })} />
            <Input aria-label={`Group of ${name}`} placeholder="Group" width={20} maxLength={100} value={group ?? ''} disabled={disabled} onChange={(event) => change(name, { group: event.currentTarget.value })} />
            {!disabled && <IconButton name="trash-alt" tooltip={`Take ${name} off the page`} onClick={() => onChange(value.filter((one) => one.name !== name))} />}
          </div>
        ))}
        {!disabled && others.length > 0 && (
          <Combobox
            aria-label="Add a component"
            placeholder="Add a business service"
            options={others.map((name) => ({ value: name, label: name }))}
            value={null}
            onChange={(option) => onChange([...value, { name: option.value, label: '', description: '', group: '' }])}
          />
        )}
        {services.data !== undefined && services.data.length === 0 && <span className={styles.dim}>There are no business services yet; they stand on the page Services.</span>}
      </div>
    </Field>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  form: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 800 }),
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1) }),
  name: css({ flex: '1 1 140px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
