import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';
import { DeclareButton } from '../../components/DeclareButton.tsx';
import { Page } from '../../components/Page.tsx';
import { filterFromUrl, filterToUrl, type IncidentFilter } from '../../model/incidentFilter.ts';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { IncidentFilters } from './IncidentFilters.tsx';
import { IncidentList } from './IncidentList.tsx';

export function IncidentsPage() {
  const [search, setSearch] = useSearchParams();
  const filter = filterFromUrl(search);
  const change = useCallback(
    (next: Partial<IncidentFilter>) =>
      setSearch((present) => filterToUrl({ ...filterFromUrl(present), ...next }), { replace: true }),
    [setSearch]
  );
  return (
    <Page testId={testIds.incidents.page} pageNav={{ text: 'Incidents', url: paths.incidents }} actions={<DeclareButton />}>
      <IncidentFilters filter={filter} onChange={change} />
      <IncidentList filter={filter} onClear={() => change({ severities: [], service: '', words: '' })} />
    </Page>
  );
}
