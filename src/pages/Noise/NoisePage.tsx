import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { NOISE_TABS, paths, type NoiseTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { HeldBackTab } from './HeldBackTab.tsx';
import { LooseAlertsTab } from './LooseAlertsTab.tsx';
import { RulesTab } from './RulesTab.tsx';
import { ScoresTab } from './ScoresTab.tsx';

const TITLES: Readonly<Record<NoiseTab, string>> = { held: 'Held back', loose: 'In no incident', scores: 'Noisy alert rules', rules: 'Rules' };

/** What is kept from making incidents, why, and what makes the noise. */
export function NoisePage() {
  const tab = useQueryTab(NOISE_TABS);
  return (
    <Page
      testId={testIds.noise.page}
      pageNav={{ text: 'Noise', url: paths.noise(), children: NOISE_TABS.map((id) => ({ id, text: TITLES[id], url: paths.noise(id), active: id === tab })) }}
    >
      <TabBody tab={tab} />
    </Page>
  );
}

function TabBody({ tab }: { tab: NoiseTab }) {
  switch (tab) {
    case 'held':
      return <HeldBackTab />;
    case 'loose':
      return <LooseAlertsTab />;
    case 'scores':
      return <ScoresTab />;
    case 'rules':
      return <RulesTab />;
  }
}
