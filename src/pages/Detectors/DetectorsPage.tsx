import type { OperationName } from '#contract';
import { useMe } from '../../api/useMe.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { NoAccess } from '../../components/NoAccess.tsx';
import { Page } from '../../components/Page.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { DETECTOR_TABS, paths, type DetectorTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { DetectorsTab } from './DetectorsTab.tsx';
import { FindingsTab } from './FindingsTab.tsx';

const TABS: Readonly<Record<DetectorTab, { readonly text: string; readonly needs: OperationName }>> = {
  detectors: { text: 'Detectors', needs: 'listDetectors' },
  findings: { text: 'Findings', needs: 'listDetectorFindings' },
};

/** What watches series for the unusual, what it found, and how often it was right. */
export function DetectorsPage() {
  const tab = useQueryTab(DETECTOR_TABS);
  const me = useMe();
  return (
    <Page
      testId={testIds.detectors.page}
      pageNav={{ text: 'Detectors', url: paths.detectors(), children: DETECTOR_TABS.map((id) => ({ id, text: TABS[id].text, url: paths.detectors(id), active: id === tab })) }}
    >
      {me.data === undefined ? (
        me.error !== null && <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />
      ) : me.data.operations.includes(TABS[tab].needs) ? (
        tab === 'detectors' ? <DetectorsTab /> : <FindingsTab />
      ) : (
        <NoAccess />
      )}
    </Page>
  );
}
