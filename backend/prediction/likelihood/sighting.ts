/** An alert as prediction looks at it: whose it is, how grave, which rule, and whether one part or the whole complains. */
import { SEVERITIES } from '#contract';
import { createEntityResolver, type Topology } from '../../catalog/index.ts';
import type { AlertChange } from '../../ingest/index.ts';

export interface Sighting {
  readonly atMs: number;
  /** One alert series: fires again under the same key. */
  readonly series: string;
  /** Only compared with itself, never read: a hash does as well as a name. */
  readonly rule: string;
  readonly service: string;
  readonly cluster: string | null;
  /** One instance complains, not the service as a whole. */
  readonly isOfPart: boolean;
  /** 1 (worst) to 5. */
  readonly severity: number;
  /** False where the sender did not say how grave it is, and a default stands there. */
  readonly isSeveritySaid: boolean;
}

export interface SightingReader {
  /** Null for what is about no service, such as a machine, or tells nothing new. */
  read(change: AlertChange): Sighting | null;
}

const SEVERITY_LABELS = ['severity', 'priority', 'level', 'urgency'];
const PART_LABELS = ['pod', 'container_id', 'instance'];

/** Reads openings of alerts out of the alert log. */
export function createSightingReader(topology: Topology): SightingReader {
  const resolver = createEntityResolver(topology);
  return {
    read(change) {
      if (change.kind !== 'opened') return null;
      const entity = resolver.resolve(change);
      if (entity.kind !== 'service' || entity.service === null) return null;
      return {
        atMs: change.recordedAt.getTime(), series: change.alertKey, rule: change.name, service: entity.service, cluster: entity.cluster,
        isOfPart: entity.instance !== null || PART_LABELS.some((label) => (change.labels[label] ?? '') !== ''),
        severity: SEVERITIES.indexOf(change.severity) + 1, isSeveritySaid: SEVERITY_LABELS.some((label) => (change.labels[label] ?? '') !== ''),
      };
    },
  };
}
