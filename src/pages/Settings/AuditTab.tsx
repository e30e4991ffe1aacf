import { css } from '@emotion/css';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Combobox, EmptyState, IconButton, TextLink, useStyles2 } from '@grafana/ui';
import { AUDIT_SUBJECTS, incidentKey, type Actor, type AuditEntry, type AuditSubject } from '#contract';
import { useAudit } from '../../api/useAudit.ts';
import { CopyBlock } from '../../components/CopyBlock.tsx';
import { Instant } from '../../components/Instant.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';

const ALL = 'all';
const ACTORS: readonly Actor['kind'][] = ['user', 'token', 'source', 'system'];
const BY_LABELS: Readonly<Record<Actor['kind'], string>> = { user: 'People', token: 'API tokens', source: 'Sources', system: 'Muster itself' };
const SUBJECT_LABELS: Readonly<Record<AuditSubject, string>> = {
  incidents: 'Incidents', sources: 'Sources and mapping', noise: 'Noise and maintenance', services: 'Services and changes', correlation: 'Correlation and policy', detection: 'Detectors', runbooks: 'Runbooks and automation', communication: 'Communication', notifications: 'Channels and messages', oncall: 'On-call and escalation', access: 'Roles and tokens',
};

/** Who did what and when, newest first. What people did is shown unless something else is asked for. */
export function AuditTab() {
  const styles = useStyles2(getStyles);
  const [search, setSearch] = useSearchParams();
  const subject = AUDIT_SUBJECTS.find((known) => known === search.get('subject'));
  const wanted = search.get('by');
  const by = wanted === ALL ? undefined : (ACTORS.find((kind) => kind === wanted) ?? 'user');
  const audit = useAudit({ ...(subject === undefined ? {} : { subject }), ...(by === undefined ? {} : { by }) });

  function show(change: { by?: string; subject?: string }): void {
    const next = { by: by ?? ALL, subject: subject ?? ALL, ...change };
    setSearch({ tab: 'audit', ...(next.by === 'user' ? {} : { by: next.by }), ...(next.subject === ALL ? {} : { subject: next.subject }) }, { replace: true });
  }

  return (
    <div className={styles.tab}>
      <p className={styles.dim}>Every change is kept, with who made it. Nothing can be edited here.</p>
      <div className={styles.filters}>
        <Combobox
          aria-label="Done by"
          options={[{ value: ALL, label: 'Everybody and everything' }, ...ACTORS.map((kind) => ({ value: String(kind), label: BY_LABELS[kind] }))]}
          value={by ?? ALL}
          onChange={({ value }) => show({ by: value })}
        />
        <Combobox
          aria-label="About"
          options={[{ value: ALL, label: 'All subjects' }, ...AUDIT_SUBJECTS.map((known) => ({ value: String(known), label: SUBJECT_LABELS[known] }))]}
          value={subject ?? ALL}
          onChange={({ value }) => show({ subject: value })}
        />
      </div>
      <QueryView query={audit} loading={<Skeleton rows={6} height={48} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <EmptyState variant="not-found" message="Nothing of that kind was done yet" />
          ) : (
            <>
              <ul className={styles.list}>
                {items.map((entry) => (
                  <AuditRow key={entry.position} entry={entry} />
                ))}
              </ul>
              {audit.hasNextPage && (
                <Button variant="secondary" disabled={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
                  Load more
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
    </div>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  return (
    <li className={styles.row} data-testid={testIds.settings.auditEntry}>
      <div className={styles.line}>
        <IconButton
          name={open ? 'angle-down' : 'angle-right'}
          aria-expanded={open}
          aria-label={`Details of: ${entry.text}`}
          onClick={() => setOpen(!open)}
        />
        <div className={styles.words}>
          <div>
            {entry.incident !== null && (
              <>
                <TextLink href={paths.incident(entry.incident, 'timeline')} inline>
                  {incidentKey(entry.incident)}
                </TextLink>{' '}
              </>
            )}
            {entry.text}
          </div>
          <div className={styles.dim}>
            {entry.actor.name} · <Instant at={entry.at} as="clock" /> (<Instant at={entry.at} />)
          </div>
        </div>
      </div>
      {open && <CopyBlock label="event" text={JSON.stringify({ type: entry.type, actor: entry.actor, position: entry.position, ...entry.data }, null, 2)} />}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), alignItems: 'stretch' }),
  filters: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), '& > *': { flex: '0 1 280px' } }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  row: css({ padding: theme.spacing(1, 0), borderBottom: `1px solid ${theme.colors.border.weak}` }),
  line: css({ display: 'flex', gap: theme.spacing(1), alignItems: 'flex-start' }),
  words: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  dim: css({ margin: 0, color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
