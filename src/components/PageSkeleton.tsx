import { PluginPage } from '@grafana/runtime';
import { Skeleton } from './Skeleton.tsx';

export function PageSkeleton() {
  return (
    <PluginPage>
      <Skeleton rows={4} height={64} />
    </PluginPage>
  );
}
