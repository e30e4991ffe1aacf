import { Badge } from '@grafana/ui';

/** Says of an incident that it is made up, so that nobody runs for it. */
export function DrillMark() {
  return <Badge color="purple" icon="vial" text="Drill" tooltip="Made up for a drill: nothing is wrong, and it counts nowhere" />;
}
