import { css } from '@emotion/css';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, EmptyState, useStyles2 } from '@grafana/ui';
import type { RunbookSummary } from '#contract';
import { useCan } from '../../api/useMe.ts';
import { useRunbookList, type RunbookFilter } from '../../api/useRunbooks.ts';
import { Choice } from '../../components/Choice.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { StartRunDialog } from '../../components/runs/StartRunDialog.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { paths } from '../../paths.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { NewRunbookDialog } from './NewRunbookDialog.tsx';
import { RunbookRow } from './RunbookRow.tsx';
import { Statistics } from './Statistics.tsx';

const STATES = ['all', 'live', 'draft', 'retired'] as const;
const STATE_WORDS = { all: 'All', live: 'Live', draft: 'Drafts', retired: 'Retired' } as const;

/** All runbooks, how well they work, and how to make one more. */
export function CatalogueTab() {
  const styles = useStyles2(getStyles);
  const can = useCan();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const [dialog, setDialog] = useState<'new' | 'import' | RunbookSummary | null>(null);
  const state = STATES.find((known) => known === search.get('state')) ?? 'all';
  const q = search.get('q') ?? '';
  const service = search.get('service');
  const filter: RunbookFilter = { ...(state === 'all' ? {} : { state }), ...(q === '' ? {} : { q }), ...(service === null ? {} : { service }) };
  const isFiltered = Object.keys(filter).length > 0;
  const runbooks = useRunbookList(filter);
  const all = useRunbookList();
  const services = [...new Set([...(all.data ?? []).flatMap((runbook) => runbook.services), ...(service === null ? [] : [service])])].sort();

  function narrow(name: string, value: string): void {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '' || value === 'all') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true }
    );
  }

  return (
    <div className={styles.tab}>
      {can('getRunbookStatistics') && <Statistics />}
      <div className={styles.bar}>
        <div className={styles.search}>
          <SearchInput value={q} placeholder="Search runbooks" onChange={(text) => narrow('q', text)} />
        </div>
        <Choice label="State" options={STATES} labels={STATE_WORDS} value={state} onChange={(value) => narrow('state', value)} />
        <Combobox
          aria-label="Service"
          width={24}
          isClearable
          placeholder="Any service"
          options={services.map((name) => ({ value: name, label: name }))}
          value={service}
          onChange={(option: { value: string } | null) => narrow('service', option?.value ?? '')}
        />
        <div className={styles.buttons}>
          {can('createRunbook') && (
            <Button icon="plus" onClick={() => setDialog('new')}>
              New runbook
            </Button>
          )}
          {can('importRunbook') && can('createRunbook') && (
            <Button icon="import" variant="secondary" onClick={() => setDialog('import')}>
              Import
            </Button>
          )}
        </div>
      </div>
      <div>
        <QueryView query={runbooks} loading={<Skeleton rows={5} height={88} />}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState variant={isFiltered ? 'not-found' : 'call-to-action'} message={isFiltered ? 'No runbook fits' : 'No runbooks yet'}>
                {isFiltered ? 'Change the search or the filters.' : 'A runbook says step by step what to do, and does it. Begin with an empty one, or import what you have as Markdown.'}
              </EmptyState>
            ) : (
              <ul className={styles.list} aria-label="Runbooks">
                {items.map((runbook) => (
                  <li key={runbook.id}>
                    <RunbookRow runbook={runbook} onRun={() => setDialog(runbook)} />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
      {dialog === 'new' && <NewRunbookDialog onClose={() => setDialog(null)} onCreated={({ id }) => void navigate(paths.runbook(id))} />}
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} onCreated={({ id }) => void navigate(paths.runbook(id))} />}
      {dialog !== null && typeof dialog !== 'string' && (
        <StartRunDialog runbook={dialog.id} title={dialog.title} onClose={() => setDialog(null)} onStarted={({ id }) => void navigate(paths.run(id))} />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  buttons: css({ display: 'flex', gap: theme.spacing(1) }),
  search: css({ flex: '1 1 200px', minWidth: 0 }),
  list: css({ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
});
