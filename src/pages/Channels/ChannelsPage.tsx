import type { OperationName } from '#contract';
import { useMe } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { CHANNEL_TABS, paths, type ChannelTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { ChainsTab } from './ChainsTab.tsx';
import { ChannelsTab } from './ChannelsTab.tsx';
import { DeliveriesTab } from './DeliveriesTab.tsx';
import { RehearsalsTab } from './RehearsalsTab.tsx';

const TABS: Readonly<Record<ChannelTab, { readonly text: string; readonly needs: OperationName }>> = {
  channels: { text: 'Channels', needs: 'listChannels' },
  chains: { text: 'Chains', needs: 'getChains' },
  deliveries: { text: 'Deliveries', needs: 'listDeliveries' },
  rehearsals: { text: 'Rehearsals', needs: 'listRehearsals' },
};

/** Over which channels people are told, what stands in for what, and what became of each message. */
export function ChannelsPage() {
  const tab = useQueryTab(CHANNEL_TABS);
  const me = useMe();
  return (
    <Page
      testId={testIds.channels.page}
      pageNav={{ text: 'Channels', url: paths.channels(), children: CHANNEL_TABS.map((id) => ({ id, text: TABS[id].text, url: paths.channels(id), active: id === tab })) }}
    >
      {me.data === undefined ? me.error !== null && <ErrorNotice error={me.error} onRetry={() => void me.refetch()} /> : me.data.operations.includes(TABS[tab].needs) ? <TabBody tab={tab} /> : <NoAccess />}
    </Page>
  );
}

function TabBody({ tab }: { tab: ChannelTab }) {
  switch (tab) {
    case 'channels':
      return <ChannelsTab />;
    case 'chains':
      return <ChainsTab />;
    case 'deliveries':
      return <DeliveriesTab />;
    case 'rehearsals':
      return <RehearsalsTab />;
  }
}
