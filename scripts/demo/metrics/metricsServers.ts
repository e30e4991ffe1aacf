/** The simulated Prometheus and Loki of the demo: stand-ins on this machine that serve the made-up shop's metrics and logs. */
import { startLoki } from '../../../tests/detection/loki.ts';
import { startPrometheus } from '../../../tests/detection/prometheus.ts';
import { findPort } from '../ports.ts';
import type { MetricAddresses } from './detectors.ts';
import { LOG_QUERY, shopLines } from './lines.ts';
import type { Story } from './story.ts';
import { shopSeries } from './values.ts';

const PROMETHEUS_PORT = 9_490;
const LOKI_PORT = 9_430;

export interface MetricsServers extends MetricAddresses {
  close(): Promise<void>;
}

/** Starts both; each answer is of the story as it is then. The same ports each time where they are free: an address is part of what a detector has learned. */
export async function startMetricsServers(storyOf: () => Story): Promise<MetricsServers> {
  const prometheus = await startPrometheus(await findPort(PROMETHEUS_PORT, false));
  for (const [expr, series] of shopSeries(storyOf)) prometheus.expressions.set(expr, series);
  const loki = await startLoki(await findPort(LOKI_PORT, false));
  loki.queries.set(LOG_QUERY, (fromMs, toMs) => shopLines(storyOf(), fromMs, toMs));
  return {
    prometheus: prometheus.url, loki: loki.url,
    async close() {
      await Promise.all([prometheus.close(), loki.close()]);
    },
  };
}
