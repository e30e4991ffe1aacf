import { EmptyState } from '@grafana/ui';
import { useChanges } from '../../api/useCatalog.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { ChangeList } from './ChangeList.tsx';

const SHOWN = 200;

/** What was deployed, configured or scaled, newest first. */
export function ChangesTab({ onChoose }: { onChoose: (service: string) => void }) {
  const changes = useChanges({ limit: SHOWN });
  return (
    <QueryView query={changes} loading={<Skeleton rows={6} height={40} />}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState variant="call-to-action" message="No changes yet">
            Add a source of kind “Changes” under Settings and let your pipeline post its deploys. They show here and on the timeline of incidents near them.
          </EmptyState>
        ) : (
          <ChangeList changes={items} onChoose={onChoose} />
        )
      }
    </QueryView>
  );
}
