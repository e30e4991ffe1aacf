import type { ReactNode } from 'react';
import type { OperationName } from '#contract';
import { useMe } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { ON_CALL_TABS, paths, type OnCallTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { ClocksTab } from './ClocksTab.tsx';
import { MyRulesTab } from './MyRulesTab.tsx';
import { MyShiftsTab } from './MyShiftsTab.tsx';
import { NowTab } from './NowTab.tsx';
import { PoliciesTab } from './PoliciesTab.tsx';
import { SchedulesTab } from './SchedulesTab.tsx';

/** A tab is one line here and one in `ON_CALL_TABS`. */
const TABS: Readonly<Record<OnCallTab, { readonly text: string; readonly needs: OperationName; readonly body: () => ReactNode }>> = {
  now: { text: 'Now', needs: 'listOnCall', body: () => <NowTab /> },
  schedules: { text: 'Schedules', needs: 'listSchedules', body: () => <SchedulesTab /> },
  mine: { text: 'My shifts', needs: 'listMyShifts', body: () => <MyShiftsTab /> },
  'my-rules': { text: 'My contact rules', needs: 'getMyContacts', body: () => <MyRulesTab /> },
  policies: { text: 'Escalation', needs: 'listPolicies', body: () => <PoliciesTab /> },
  clocks: { text: 'Clocks', needs: 'getClockRules', body: () => <ClocksTab /> },
};

/** Who is there when something breaks, and when it is one's own turn. */
export function OnCallPage() {
  const tab = useQueryTab(ON_CALL_TABS);
  const me = useMe();
  const { needs, body } = TABS[tab];
  return (
    <Page
      testId={testIds.onCall.page}
      pageNav={{ text: 'On-call', url: paths.onCall(), children: ON_CALL_TABS.map((id) => ({ id, text: TABS[id].text, url: paths.onCall(id), active: id === tab })) }}
    >
      {me.data === undefined ? me.error !== null && <ErrorNotice error={me.error} onRetry={() => void me.refetch()} /> : me.data.operations.includes(needs) ? body() : <NoAccess />}
    </Page>
  );
}
