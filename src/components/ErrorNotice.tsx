import { Alert, Button, LinkButton, Stack } from '@grafana/ui';
import { adviseOn } from '../api/errorAdvice.ts';
import type { ApiError } from '../api/apiError.ts';
import { paths } from '../paths.ts';
import { testIds } from '../testIds.ts';
import { NoAccess } from './NoAccess.tsx';

interface Props {
  error: ApiError;
  onRetry?: () => void;
}

/** What went wrong, what to do, and a way to try again. */
export function ErrorNotice({ error, onRetry }: Props) {
  if (error.code === 'not_allowed') {
    return <NoAccess detail={error.detail} />;
  }
  const { title, advice, isConnection } = adviseOn(error);
  return (
    <Alert severity="error" title={title} data-testid={testIds.state.error}>
      <Stack direction="column" gap={1} alignItems="flex-start">
        <span>{advice}</span>
        <Stack gap={1} wrap="wrap">
          {onRetry !== undefined && (
            <Button variant="secondary" size="sm" icon="sync" onClick={onRetry}>
              Try again
            </Button>
          )}
          {isConnection && (
            <LinkButton variant="secondary" size="sm" icon="cog" href={paths.configuration}>
              Open configuration
            </LinkButton>
          )}
        </Stack>
      </Stack>
    </Alert>
  );
}
