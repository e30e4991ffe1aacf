import { useParams } from 'react-router-dom';
import { EmptyState, LinkButton } from '@grafana/ui';
import { useRunbook } from '../../api/useRunbooks.ts';
import { useMe } from '../../api/useMe.ts';
import { FrozenBanner } from '../../components/FreezeControl.tsx';
import { Page } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { paths } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { Editor } from './Editor.tsx';

/** One runbook: to read, to write, to try and to publish. */
export function EditorPage() {
  const { id = '' } = useParams();
  const runbook = useRunbook(id);
  const me = useMe();
  if (runbook.error?.code === 'not_found') {
    return (
      <Page testId={testIds.runbooks.editor} pageNav={{ text: id }}>
        <EmptyState variant="not-found" message={`There is no runbook ${id}`} button={<LinkButton href={paths.runbooks()}>All runbooks</LinkButton>}>
          The name may be mistyped, or it belongs to another organisation.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page testId={testIds.runbooks.editor} smallTitle pageNav={{ text: runbook.data?.title ?? id, url: paths.runbook(id), parentItem: { text: 'Runbooks', url: paths.runbooks() } }}>
      <FrozenBanner />
      <QueryView query={runbook} loading={<Skeleton rows={6} height={72} />}>
        {/* who asks decides whether anything can be changed, so it is waited for */}
        {(data) => (me.data === undefined ? <Skeleton rows={6} height={72} /> : <Editor key={data.id} runbook={data} />)}
      </QueryView>
    </Page>
  );
}
