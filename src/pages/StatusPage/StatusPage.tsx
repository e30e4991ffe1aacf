import { useMe } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { paths, STATUS_PAGE_TABS, type StatusPageTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { AudiencesTab } from './AudiencesTab.tsx';
import { MaintenanceTab } from './MaintenanceTab.tsx';
import { PreviewTab } from './PreviewTab.tsx';
import { SettingsTab } from './SettingsTab.tsx';
import { StatuspageTab } from './StatuspageTab.tsx';
import { SubscriptionsTab } from './SubscriptionsTab.tsx';
import type { OperationName } from '#contract';

const TABS: Readonly<Record<StatusPageTab, { readonly text: string; readonly needs: OperationName }>> = {
  page: { text: 'Page', needs: 'previewStatusPage' },
  maintenance: { text: 'Maintenance', needs: 'listStatusMaintenance' },
  settings: { text: 'What it shows', needs: 'getStatusPage' },
  audiences: { text: 'Audiences', needs: 'getCommunication' },
  subscriptions: { text: 'Subscriptions', needs: 'getMySubscription' },
  statuspage: { text: 'Statuspage.io', needs: 'getPageSync' },
};

/** What those outside read, and who is told what. */
export function StatusPage() {
  const tab = useQueryTab(STATUS_PAGE_TABS);
  const me = useMe();
  return (
    <Page
      testId={testIds.statusPage.page}
      pageNav={{ text: 'Status page', url: paths.statusPage(), children: STATUS_PAGE_TABS.map((id) => ({ id, text: TABS[id].text, url: paths.statusPage(id), active: id === tab })) }}
    >
      {me.data === undefined ? me.error !== null && <ErrorNotice error={me.error} onRetry={() => void me.refetch()} /> : me.data.operations.includes(TABS[tab].needs) ? <TabBody tab={tab} /> : <NoAccess />}
    </Page>
  );
}

function TabBody({ tab }: { tab: StatusPageTab }) {
  switch (tab) {
    case 'page':
      return <PreviewTab />;
    case 'maintenance':
      return <MaintenanceTab />;
    case 'settings':
      return <SettingsTab />;
    case 'audiences':
      return <AudiencesTab />;
    case 'subscriptions':
      return <SubscriptionsTab />;
    case 'statuspage':
      return <StatuspageTab />;
  }
}
