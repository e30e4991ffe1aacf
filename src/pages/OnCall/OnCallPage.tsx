import { useMe } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { ON_CALL_TABS, paths, type OnCallTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { MyRulesTab } from './MyRulesTab.tsx';
import { PoliciesTab } from './PoliciesTab.tsx';
import type { OperationName } from '#contract';

const TABS: Readonly<Record<OnCallTab, { readonly text: string; readonly needs: OperationName }>> = {
  policies: { text: 'Escalation', needs: 'listPolicies' },
  'my-rules': { text: 'My contact rules', needs: 'getMyContacts' },
};

/** Who is called when, and how. */
export function OnCallPage() {
  const tab = useQueryTab(ON_CALL_TABS);
  const me = useMe();
  return (
    <Page
      testId={testIds.onCall.page}
      pageNav={{ text: 'On call', url: paths.onCall(), children: ON_CALL_TABS.map((id) => ({ id, text: TABS[id].text, url: paths.onCall(id), active: id === tab })) }}
    >
      {me.data === undefined ? me.error !== null && <ErrorNotice error={me.error} onRetry={() => void me.refetch()} /> : me.data.operations.includes(TABS[tab].needs) ? <TabBody tab={tab} /> : <NoAccess />}
    </Page>
  );
}

function TabBody({ tab }: { tab: OnCallTab }) {
  switch (tab) {
    case 'policies':
      return <PoliciesTab />;
    case 'my-rules':
      return <MyRulesTab />;
  }
}
