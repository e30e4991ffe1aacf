import { css } from '@emotion/css';
import { useState } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, Button, Field, Input, MultiCombobox, TextArea, useStyles2, type BadgeColor } from '@grafana/ui';
import type { PageMaintenance } from '#contract';
import { useBusinessServices } from '../../api/useCatalog.ts';
import { useCan } from '../../api/useMe.ts';
import { useDeleteMaintenance, useSaveMaintenance, useStatusMaintenance } from '../../api/useStatusPage.ts';
import { rowStyle } from '../../components/boxStyle.ts';
import { DialogForm } from '../../components/DialogForm.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useToast } from '../../hooks/useToast.ts';
import { fromLocalField, toLocalField } from '../../model/schedule.ts';
import { testIds } from '../../testIds.ts';

const STATES: Readonly<Record<PageMaintenance['state'], { readonly text: string; readonly color: BadgeColor }>> = {
  planned: { text: 'Planned', color: 'blue' }, running: { text: 'Running', color: 'orange' }, over: { text: 'Over', color: 'darkgrey' },
};

/** Maintenance as readers of the page are told of it. */
export function MaintenanceTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const toast = useToast();
  const works = useStatusMaintenance();
  const remove = useDeleteMaintenance();
  const [dialog, setDialog] = useState<'new' | PageMaintenance | null>(null);
  return (
    <div className={styles.tab} data-testid={testIds.statusPage.maintenance}>
      {can('createStatusMaintenance') && (
        <div>
          <Button icon="plus" onClick={() => setDialog('new')}>
            Announce maintenance
          </Button>
        </div>
      )}
      <QueryView query={works} loading={<Skeleton rows={3} height={64} />}>
        {(items) =>
          items.length === 0 ? (
            <span className={styles.dim}>Nothing is announced. Whoever knows beforehand does not call. This only tells readers of the page; alerts are held back by windows on the page Maintenance.</span>
          ) : (
            <ul className={styles.list}>
              {items.map((work) => (
                <li key={work.id} className={styles.row}>
                  <div className={styles.words}>
                    <div>
                      <strong>{work.title}</strong> <Badge color={STATES[work.state].color} text={STATES[work.state].text} />
                    </div>
                    <div className={styles.dim}>
                      <Instant at={work.startsAt} as="clock" /> to <Instant at={work.endsAt} as="clock" />
                      {work.components.length > 0 && ` · ${work.components.join(', ')}`}
                    </div>
                    {work.text !== '' && <div>{work.text}</div>}
                  </div>
                  {work.state !== 'over' && can('editStatusMaintenance') && (
                    <Button size="sm" variant="secondary" aria-label={`Edit ${work.title}`} onClick={() => setDialog(work)}>
                      Edit
                    </Button>
                  )}
                  {can('deleteStatusMaintenance') && (
                    <Button size="sm" variant="secondary" fill="text" aria-label={`Take ${work.title} off the page`} disabled={remove.isPending} onClick={() => remove.mutate(work.id, { onError: (error) => toast.failed(error) })}>
                      Take off
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {dialog !== null && <MaintenanceDialog work={dialog === 'new' ? null : dialog} onClose={() => setDialog(null)} />}
    </div>
  );
}

function MaintenanceDialog({ work, onClose }: { work: PageMaintenance | null; onClose: () => void }) {
  const toast = useToast();
  const save = useSaveMaintenance();
  const services = useBusinessServices();
  const [title, setTitle] = useState(work?.title ?? '');
  const [text, setText] = useState(work?.text ?? '');
  const [from, setFrom] = useState(work === null ? '' : toLocalField(Date.parse(work.startsAt)));
  const [to, setTo] = useState(work === null ? '' : toLocalField(Date.parse(work.endsAt)));
  const [components, setComponents] = useState<readonly string[]>(work?.components ?? []);
  const startsAt = fromLocalField(from);
  const endsAt = fromLocalField(to);
  return (
    <DialogForm
      title={work === null ? 'Announce maintenance' : 'Change the announcement'}
      confirmText={work === null ? 'Announce' : 'Save'}
      canConfirm={title.trim() !== '' && startsAt !== null && endsAt !== null && endsAt > startsAt && !save.isPending}
      error={save.error}
      onClose={onClose}
      onConfirm={() => {
        if (startsAt === null || endsAt === null) return;
        save.mutate({ known: work, body: { title, text, components: [...components], startsAt, endsAt } }, {
          onSuccess: () => {
            toast.done(`On the page: ${title}`);
            onClose();
          },
        });
      }}
    >
      <Field noMargin required label="Title">
        <Input id="muster-work-title" maxLength={200} value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      </Field>
      <Field noMargin required label="From" description="In the time of this browser.">
        <Input id="muster-work-from" type="datetime-local" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      </Field>
      <Field noMargin required label="To">
        <Input id="muster-work-to" type="datetime-local" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      </Field>
      <Field noMargin label="Business services (optional)" htmlFor="muster-work-components">
        <MultiCombobox id="muster-work-components" options={(services.data ?? []).map(({ name }) => ({ value: name, label: name }))} value={[...components]} onChange={(chosen) => setComponents(chosen.map((option) => option.value))} placeholder="Choose what is worked on" />
      </Field>
      <Field noMargin label="Text (optional)" description="Paragraphs, **bold**, lists and links.">
        <TextArea id="muster-work-text" rows={4} maxLength={5000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      </Field>
    </DialogForm>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: 960 }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  row: css(rowStyle(theme)),
  words: css({ flex: '1 1 240px', minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ color: theme.colors.text.secondary }),
});
