import { useMe } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FreezeButton, FrozenBanner } from '../../components/FreezeControl.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { paths, RUNBOOK_TABS, type RunbookTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { AutomationTab } from './AutomationTab.tsx';
import { CatalogueTab } from './CatalogueTab.tsx';
import { DrillsTab } from './DrillsTab.tsx';
import { RunsTab } from './RunsTab.tsx';
import type { OperationName } from '#contract';

const TABS: Readonly<Record<RunbookTab, { readonly text: string; readonly needs: OperationName }>> = {
  runbooks: { text: 'Runbooks', needs: 'listRunbooks' },
  runs: { text: 'Runs', needs: 'listRuns' },
  automation: { text: 'Automation', needs: 'getAutomation' },
  drills: { text: 'Drills', needs: 'listDrills' },
};

/** Procedures, what became of them, and what may start by itself. */
export function RunbooksPage() {
  const tab = useQueryTab(RUNBOOK_TABS);
  const me = useMe();
  return (
    <Page
      testId={testIds.runbooks.page}
      actions={<FreezeButton />}
      pageNav={{ text: 'Runbooks', url: paths.runbooks(), children: RUNBOOK_TABS.map((id) => ({ id, text: TABS[id].text, url: paths.runbooks(id), active: id === tab })) }}
    >
      <FrozenBanner />
      {me.data === undefined ? me.error !== null && <ErrorNotice error={me.error} onRetry={() => void me.refetch()} /> : me.data.operations.includes(TABS[tab].needs) ? <TabBody tab={tab} /> : <NoAccess />}
    </Page>
  );
}

function TabBody({ tab }: { tab: RunbookTab }) {
  switch (tab) {
    case 'runbooks':
      return <CatalogueTab />;
    case 'runs':
      return <RunsTab />;
    case 'automation':
      return <AutomationTab />;
    case 'drills':
      return <DrillsTab />;
  }
}
