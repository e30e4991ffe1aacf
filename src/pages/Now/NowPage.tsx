import { Stack } from '@grafana/ui';
import { useIncidentCounts } from '../../api/useIncidents.ts';
import { useMe } from '../../api/useMe.ts';
import { DeclareButton } from '../../components/DeclareButton.tsx';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FrozenBanner } from '../../components/FreezeControl.tsx';
import { Page } from '../../components/Page.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { ActiveIncidents } from './ActiveIncidents.tsx';
import { Candidates } from './Candidates.tsx';
import { Health } from './Health.tsx';
import { MayBreak } from './MayBreak.tsx';
import { MyPages } from './MyPages.tsx';
import { OnCall } from './OnCall.tsx';
import { Tasks } from './Tasks.tsx';

/** What is broken, how bad, who is on it, what next: at a glance. */
export function NowPage() {
  const counts = useIncidentCounts();
  const me = useMe();
  return (
    <Page testId={testIds.now.page} pageNav={{ text: 'Now', url: paths.now }} actions={<DeclareButton />}>
      {me.data === undefined && me.error !== null ? (
        // where nobody can say who asks, nothing else can be said: one message, not one for each section
        <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />
      ) : (
        <Stack direction="column" gap={4}>
          <FrozenBanner />
          <MyPages />
          <ActiveIncidents counts={counts.data} />
          <MayBreak />
          <Tasks />
          <Candidates counts={counts.data} />
          <OnCall />
          <Health />
        </Stack>
      )}
    </Page>
  );
}
