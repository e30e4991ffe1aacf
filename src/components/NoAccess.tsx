import { EmptyState } from '@grafana/ui';
import { testIds } from '../testIds.ts';

export function NoAccess({ detail }: { detail?: string }) {
  return (
    <div data-testid={testIds.state.denied}>
      <EmptyState variant="not-found" message="You have no access to this">
        {detail ?? 'Your role in Muster does not allow it.'} An administrator of Muster can give you a role that does.
      </EmptyState>
    </div>
  );
}
