import { useCorrelation } from '../../api/useCorrelation.ts';
import { Page } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { CORRELATION_TABS, paths, type CorrelationTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { BackTestsTab } from './BackTestsTab.tsx';
import { HistoryTab } from './HistoryTab.tsx';
import { JudgementsTab } from './JudgementsTab.tsx';
import { LearnedTab } from './LearnedTab.tsx';
import { RulesTab } from './RulesTab.tsx';
import type { CorrelationState } from '#contract';

const TAB_NAMES: Readonly<Record<CorrelationTab, string>> = { rules: 'Rules and draft', learned: 'Learned', 'back-tests': 'Back-tests', judgements: 'Judgements', history: 'History' };

/** How alerts become incidents: what people add to it, how it would have done, and what was in force when. */
export function CorrelationPage() {
  const tab = useQueryTab(CORRELATION_TABS);
  const correlation = useCorrelation();
  return (
    <Page
      testId={testIds.correlation.page}
      pageNav={{
        text: 'Correlation',
        url: paths.correlation(),
        children: CORRELATION_TABS.map((id) => ({ id, text: TAB_NAMES[id], url: paths.correlation(id), active: id === tab })),
      }}
    >
      <QueryView query={correlation} loading={<Skeleton rows={4} height={72} />}>
        {(state) => <TabBody tab={tab} state={state} />}
      </QueryView>
    </Page>
  );
}

function TabBody({ tab, state }: { tab: CorrelationTab; state: CorrelationState }) {
  switch (tab) {
    case 'rules':
      return <RulesTab state={state} />;
    case 'learned':
      return <LearnedTab />;
    case 'back-tests':
      return <BackTestsTab state={state} />;
    case 'judgements':
      return <JudgementsTab />;
    case 'history':
      return <HistoryTab state={state} />;
  }
}
