import { Alert, Button, LoadingPlaceholder, Stack, Text } from '@grafana/ui';
import { allHops, hopsUpTo } from '../api/connectionHops.ts';
import { useConnectionCheck } from '../api/useSystem.ts';
import { HopList } from './HopList.tsx';

/** Goes along the whole way from this browser to an incident, names the station that is broken, and says how to mend it. */
export function ConnectionCheck() {
  const check = useConnectionCheck();
  const hops = check.error !== null ? hopsUpTo(check.error) : check.data === undefined ? [] : allHops(check.data);
  const broken = hops.find(({ ok }) => !ok);

  return (
    <Stack direction="column" gap={2}>
      <Stack gap={2} alignItems="center" wrap="wrap">
        <Text element="h3" variant="h4">
          Connection check
        </Text>
        <Button size="sm" variant="secondary" icon="sync" disabled={check.isFetching} onClick={() => void check.refetch()}>
          {check.isFetching ? 'Checking…' : 'Check again'}
        </Button>
      </Stack>
      {check.isPending ? (
        <LoadingPlaceholder text="Checking each hop…" />
      ) : (
        <div aria-live="polite">
          {broken === undefined ? (
            <Alert severity="success" title="Everything is connected" />
          ) : (
            <Alert severity="error" title={`Broken: ${broken.name}`}>
              {broken.fix ?? broken.detail}
            </Alert>
          )}
          <HopList hops={hops} />
        </div>
      )}
    </Stack>
  );
}
