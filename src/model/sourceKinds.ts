import type { SourceKind } from '#contract';

export const KIND_LABELS: Readonly<Record<SourceKind, string>> = {
  grafana: 'Grafana Alerting',
  alertmanager: 'Prometheus Alertmanager',
  generic: 'Any JSON webhook',
  change: 'Changes (CI, deploys)',
};
