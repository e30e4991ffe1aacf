import { PluginPage } from '@grafana/runtime';
import { EmptyState, LinkButton } from '@grafana/ui';
import { paths } from '../../paths.ts';

export function NotFoundPage() {
  return (
    <PluginPage pageNav={{ text: 'Not found' }}>
      <EmptyState variant="not-found" message="There is no such page" button={<LinkButton href={paths.now}>What is going on now</LinkButton>} />
    </PluginPage>
  );
}
