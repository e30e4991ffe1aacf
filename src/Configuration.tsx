import { Alert } from '@grafana/ui';

/** Placeholder of the configuration page. */
export function Configuration() {
  return (
    <Alert severity="info" title="Nothing to configure yet">
      The connection to the Muster service will be set here.
    </Alert>
  );
}
