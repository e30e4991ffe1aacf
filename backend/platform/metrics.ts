/** Prometheus metrics of one process. One registry per application, so that tests can run several. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** All of Muster's own metrics. Names and labels are part of the product: see docs/operations.md. */
export interface Metrics {
  readonly alertsChanged: Counter;
  readonly alertsRepeated: Counter;
  readonly webhookSeconds: Histogram<'status'>;
  readonly correlatedChanges: Counter;
  readonly heldAlerts: Counter;
  /** Adds a gauge whose value is asked for at each scrape. */
  gauge(name: string, help: string, read: () => number): void;
  /** The text of `/metrics`. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Makes the metrics. `withProcess` adds memory, event loop and the like. */
export function createMetrics(withProcess: boolean): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (withProcess) collectDefaultMetrics({ register: registry });
  return {
    alertsChanged: new Counter({ name: 'muster_alerts_changed_total', help: 'Alerts that told something new', registers }),
    alertsRepeated: new Counter({ name: 'muster_alerts_repeated_total', help: 'Alerts that repeated what was known', registers }),
    webhookSeconds: new Histogram({
      name: 'muster_webhook_duration_seconds', help: 'From request to answer of a webhook', labelNames: ['status'], registers,
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
    }),
    correlatedChanges: new Counter({ name: 'muster_correlated_changes_total', help: 'Changes of alerts that were correlated', registers }),
    heldAlerts: new Counter({ name: 'muster_held_alerts_total', help: 'Alerts left alone by correlation', registers }),
    gauge(name, help, read) {
      const gauge = new Gauge({
        name, help, registers,
        collect() {
          gauge.set(read());
        },
      });
    },
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
