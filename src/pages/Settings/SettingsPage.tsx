import { useMe } from '../../api/useMe.ts';
import { ConnectionCheck } from '../../components/ConnectionCheck.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Page } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { paths, SETTINGS_TABS, type SettingsTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { AccessTab } from './AccessTab.tsx';
import { AgentsTab } from './AgentsTab.tsx';
import { AuditTab } from './AuditTab.tsx';
import { DeadLettersTab } from './DeadLettersTab.tsx';
import { DerivedTab } from './DerivedTab.tsx';
import { DraftModelTab } from './DraftModelTab.tsx';
import { MappingTab } from './MappingTab.tsx';
import { PolicyTab } from './PolicyTab.tsx';
import { SecretsTab } from './SecretsTab.tsx';
import { TeamsTab } from './TeamsTab.tsx';
import { SourcesTab } from './SourcesTab.tsx';
import type { OperationName } from '#contract';

/** What a tab is called, and what one must be allowed to do to see it. */
const TABS: Readonly<Record<SettingsTab, { readonly text: string; readonly needs: OperationName }>> = {
  sources: { text: 'Sources', needs: 'listSources' },
  mapping: { text: 'Mapping', needs: 'getMapping' },
  policy: { text: 'Policy', needs: 'getDeclarePolicy' },
  secrets: { text: 'Secrets', needs: 'listRunbookSecrets' },
  agents: { text: 'Agents', needs: 'listAgents' },
  teams: { text: 'Teams', needs: 'listTeams' },
  drafts: { text: 'Drafts', needs: 'getModelSettings' },
  derived: { text: 'Derived labels', needs: 'listExtractionRules' },
  'dead-letters': { text: 'Dead letters', needs: 'listDeadLetters' },
  access: { text: 'Access', needs: 'listUsers' },
  audit: { text: 'Audit log', needs: 'listAudit' },
  connection: { text: 'Connection check', needs: 'checkConnection' },
};

export function SettingsPage() {
  const tab = useQueryTab(SETTINGS_TABS);
  const me = useMe();
  return (
    <Page
      testId={testIds.settings.page}
      pageNav={{
        text: 'Settings',
        url: paths.settings(),
        children: SETTINGS_TABS.filter((id) => id === tab || me.data === undefined || me.data.operations.includes(TABS[id].needs)).map((id) => ({ id, text: TABS[id].text, url: paths.settings(id), active: id === tab })),
      }}
    >
      {tab === 'connection' ? (
        // works, and is needed most, when nothing else does
        <ConnectionCheck />
      ) : (
        <QueryView query={me}>
          {({ operations }) => (operations.includes(TABS[tab].needs) ? <TabBody tab={tab} /> : <NoAccess />)}
        </QueryView>
      )}
    </Page>
  );
}

function TabBody({ tab }: { tab: Exclude<SettingsTab, 'connection'> }) {
  switch (tab) {
    case 'sources':
      return <SourcesTab />;
    case 'mapping':
      return <MappingTab />;
    case 'policy':
      return <PolicyTab />;
    case 'secrets':
      return <SecretsTab />;
    case 'agents':
      return <AgentsTab />;
    case 'teams':
      return <TeamsTab />;
    case 'drafts':
      return <DraftModelTab />;
    case 'derived':
      return <DerivedTab />;
    case 'dead-letters':
      return <DeadLettersTab />;
    case 'access':
      return <AccessTab />;
    case 'audit':
      return <AuditTab />;
  }
}
