/** What Muster would make of a sample: the same mapping, normalisation and identity as at ingest, and nothing is stored. */
import type { MappingPreview, GenericMapping } from '#contract';
import type { CompiledMapping } from '../../sources/index.ts';
import { fingerprintOfLabels } from '../identity.ts';
import { mapPayload } from './mapPayload.ts';

const MAX_SHOWN = 100;

function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Maps a sample and says what would come of it, and what does not fit. */
export function previewMapping(mapping: GenericMapping, sample: string, labels: CompiledMapping): MappingPreview {
  let body: unknown;
  try {
    body = JSON.parse(sample);
  } catch (error) {
    return { alerts: [], faults: [{ alert: null, field: 'sample', path: null, message: `is not JSON: ${error instanceof Error ? error.message : String(error)}` }] };
  }
  const { alerts, faults } = mapPayload(mapping, body);
  return {
    faults: faults.slice(0, MAX_SHOWN),
    alerts: alerts.slice(0, MAX_SHOWN).map((alert) => {
      const fields = labels.normalise(alert.labels);
      return {
        name: alert.labels['alertname'] ?? '', status: alert.status, severity: fields.severity, service: fields.service, team: fields.team,
        environment: fields.environment, cluster: fields.cluster, summary: alert.annotations['summary'] ?? '',
        description: alert.annotations['description'] ?? '', link: alert.link,
        startsAt: instantOf(alert.startsAtMs), endsAt: instantOf(alert.endsAtMs), fingerprint: fingerprintOfLabels(alert.identity),
        labels: alert.labels, unmapped: fields.unmapped.filter(({ kind }) => kind === 'severity').map(({ kind, value }) => `${kind}: ${value}`),
      };
    }),
  };
}
