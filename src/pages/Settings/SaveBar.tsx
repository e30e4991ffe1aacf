import { Alert, Button, Stack } from '@grafana/ui';
import { isConflict, type ApiError } from '../../api/apiError.ts';
import { adviseOn } from '../../api/errorAdvice.ts';

interface Props {
  what: string;
  isChanged: boolean;
  isValid: boolean;
  isBusy: boolean;
  error: ApiError | null;
  onSave: () => void;
  onDiscard: () => void;
}

/** Save or discard an edited document, and why it could not be saved. */
export function SaveBar({ what, isChanged, isValid, isBusy, error, onSave, onDiscard }: Props) {
  const advice = error === null ? null : adviseOn(error);
  return (
    <Stack direction="column" gap={1}>
      {advice !== null && error !== null && (
        <Alert severity={isConflict(error) ? 'warning' : 'error'} title={advice.title}>
          {advice.advice}
        </Alert>
      )}
      <Stack gap={1} wrap="wrap">
        <Button disabled={!isChanged || !isValid || isBusy} onClick={onSave}>
          {`Save ${what}`}
        </Button>
        <Button variant="secondary" fill="outline" disabled={!isChanged || isBusy} onClick={onDiscard}>
          Discard changes
        </Button>
      </Stack>
    </Stack>
  );
}

/** Why nothing can be edited here. */
export function ProvisionedNotice() {
  return (
    <Alert severity="info" title="This is provisioned">
      A file (incidents.yaml) says what it is. Change it there and restart Muster.
    </Alert>
  );
}
