import { css } from '@emotion/css';
import { useCallback } from 'react';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, FilterPill, useStyles2 } from '@grafana/ui';
import { type incidentPhase, INCIDENT_SORTS, SEVERITIES, type Severity } from '#contract';
import { Choice } from '../../components/Choice.tsx';
import { SearchInput } from '../../components/SearchInput.tsx';
import { PHASE_LABELS, SORT_LABELS, type IncidentFilter } from '../../model/incidentFilter.ts';
import { SEVERITY_LABELS } from '../../model/severities.ts';
import { testIds } from '../../testIds.ts';

interface Props {
  filter: IncidentFilter;
  onChange: (change: Partial<IncidentFilter>) => void;
}

const PHASE_ORDER = ['open', 'active', 'candidate', 'done', 'all'] as const satisfies readonly (typeof incidentPhase.options)[number][];

export function IncidentFilters({ filter, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const searchWords = useCallback((words: string) => onChange({ words }), [onChange]);
  const searchService = useCallback((service: string) => onChange({ service }), [onChange]);

  function toggle(severity: Severity): void {
    const without = filter.severities.filter((chosen) => chosen !== severity);
    onChange({ severities: without.length < filter.severities.length ? without : [...without, severity] });
  }

  return (
    <div className={styles.bar}>
      <Choice label="Phase" options={PHASE_ORDER} labels={PHASE_LABELS} value={filter.phase} onChange={(phase) => onChange({ phase })} />
      <div className={styles.pills} role="group" aria-label="Severity, privacy and drills">
        {SEVERITIES.map((severity) => (
          <FilterPill
            key={severity}
            label={SEVERITY_LABELS[severity]}
            selected={filter.severities.includes(severity)}
            onClick={() => toggle(severity)}
          />
        ))}
        <FilterPill label="Private" icon="lock" selected={filter.onlyPrivate} onClick={() => onChange({ onlyPrivate: !filter.onlyPrivate })} />
        <FilterPill label="Drills" icon="vial" selected={filter.onlyDrills} onClick={() => onChange({ onlyDrills: !filter.onlyDrills })} />
      </div>
      <div className={styles.words}>
        <SearchInput value={filter.words} onChange={searchWords} placeholder="Search title, service or number" testId={testIds.incidents.search} />
      </div>
      <div className={styles.service}>
        <SearchInput value={filter.service} onChange={searchService} placeholder="Service" />
      </div>
      <div className={styles.sort}>
        <Combobox
          aria-label="Sort"
          options={INCIDENT_SORTS.map((value) => ({ value, label: SORT_LABELS[value] }))}
          value={filter.sort}
          onChange={({ value }) => onChange({ sort: value })}
        />
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1), marginBottom: theme.spacing(2) }),
  pills: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5),
    // all five in one row of a telephone
    [theme.breakpoints.down('sm')]: { '& button': { padding: theme.spacing(0, 1.25) } },
  }),
  words: css({ flex: '2 1 220px', minWidth: 0, maxWidth: 480 }),
  service: css({ flex: '1 1 140px', minWidth: 0, maxWidth: 240 }),
  sort: css({ flex: '0 0 180px' }),
});
