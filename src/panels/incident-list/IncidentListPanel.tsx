import type { PanelProps } from '@grafana/data';
import { EmptyState } from '@grafana/ui';

export interface IncidentListOptions {
  limit: number;
}

/** Placeholder of the incident list panel. */
export function IncidentListPanel({ width, height, options }: PanelProps<IncidentListOptions>) {
  return (
    <div style={{ width, height, overflow: 'auto' }}>
      <EmptyState variant="completed" hideImage message="No open incidents">
        Up to {options.limit} are shown here.
      </EmptyState>
    </div>
  );
}
