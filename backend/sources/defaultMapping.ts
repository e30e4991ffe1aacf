/** The mapping an organisation starts with: the conventions of Grafana, Prometheus and Kubernetes labels. */
import { SEVERITIES, type Mapping, type Severity } from '#contract';

const VALUES_BY_SEVERITY: Record<Severity, readonly string[]> = {
  sev1: ['sev1', 'critical', 'page', 'p1', 'fatal', 'emergency', 'disaster', '1'],
  sev2: ['sev2', 'error', 'high', 'p2', 'major', '2'],
  sev3: ['sev3', 'warning', 'medium', 'p3', 'average', 'minor', '3'],
  sev4: ['sev4', 'low', 'p4', 'notice', '4'],
  sev5: ['sev5', 'info', 'none', 'p5', 'debug', '5'],
};

function valuesToSeverities(): Record<string, Severity> {
  const severities: Record<string, Severity> = {};
  for (const severity of SEVERITIES) {
    for (const value of VALUES_BY_SEVERITY[severity]) severities[value] = severity;
  }
  return severities;
}

/** Shipped mapping; stands as version 0 until somebody edits it. */
export const DEFAULT_MAPPING: Mapping = {
  severityLabels: ['severity', 'priority'],
  severityValues: valuesToSeverities(),
  defaultSeverity: 'sev3',
  serviceLabels: ['service', 'service_name', 'app', 'app_kubernetes_io_name', 'deployment', 'job'],
  teamLabels: ['team', 'owner'],
  environmentLabels: ['environment', 'env', 'stage'],
  clusterLabels: ['cluster'],
};
