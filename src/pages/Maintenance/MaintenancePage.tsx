import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { MAINTENANCE_TABS, paths, type MaintenanceTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { SilencesTab } from './SilencesTab.tsx';
import { WindowsTab } from './WindowsTab.tsx';

const TITLES: Readonly<Record<MaintenanceTab, string>> = { windows: 'Windows', silences: 'Silences' };

/** Planned work and silences: when alerts are stored and nobody is called. */
export function MaintenancePage() {
  const tab = useQueryTab(MAINTENANCE_TABS);
  return (
    <Page
      testId={testIds.maintenance.page}
      pageNav={{
        text: 'Maintenance', url: paths.maintenance(),
        children: MAINTENANCE_TABS.map((id) => ({ id, text: TITLES[id], url: paths.maintenance(id), active: id === tab })),
      }}
    >
      {tab === 'windows' ? <WindowsTab /> : <SilencesTab />}
    </Page>
  );
}
