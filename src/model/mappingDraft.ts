/** Changes of the mapping before they are saved. */
import type { Mapping, Severity } from '#contract';

export type LabelField = 'severityLabels' | 'serviceLabels' | 'teamLabels' | 'environmentLabels' | 'clusterLabels';

/** Values are compared in lower case by the service, so they are kept so. */
export function withSeverityValue(mapping: Mapping, value: string, severity: Severity): Mapping {
  return { ...mapping, severityValues: { ...mapping.severityValues, [value.trim().toLowerCase()]: severity } };
}

export function withoutSeverityValue(mapping: Mapping, value: string): Mapping {
  return {
    ...mapping,
    severityValues: Object.fromEntries(Object.entries(mapping.severityValues).filter(([known]) => known !== value)),
  };
}

export function withLabels(mapping: Mapping, field: LabelField, labels: readonly string[]): Mapping {
  return { ...mapping, [field]: [...labels] };
}
