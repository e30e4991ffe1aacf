import type { CauseMetrics } from '#contract';
import { Instant } from '../../components/Instant.tsx';
import { countOf } from '../../model/counts.ts';

/** What metrics had to say of the causes, in a sentence: also when it was nothing, and why. */
export function CauseMetricsLine({ metrics }: { metrics: CauseMetrics }) {
  const { state, at, series, services, failed, leftOut } = metrics;
  const looked = `${series.toLocaleString()} series of ${countOf(services, 'service')}`;
  return (
    <>
      {state === 'preparing' && <span role="status">Metrics are being asked…</span>}
      {state === 'none' && 'No detector watches these services or what they need, so only alerts speak here.'}
      {state === 'failed' && 'Metrics could not be asked, so only alerts speak here.'}
      {state === 'calm' && `Metrics show nothing: ${looked} did not change clearly.`}
      {state === 'ready' && `Alerts and ${looked} were looked at`}
      {state === 'ready' && at !== null && (
        <>
          {' '}
          <Instant at={at} />.
        </>
      )}
      {failed.length > 0 && ` Not asked: ${failed.map(({ name, reason }) => `${name} (${reason})`).join('; ')}.`}
      {leftOut > 0 && ` ${leftOut} more left out.`}
    </>
  );
}
