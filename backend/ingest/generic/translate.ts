/** Brings a generic payload into the common form, which the intake reads. */
import type { GenericMapping, MappingFault, OrgId, SourceId } from '#contract';
import type { Queryable } from '../../platform/db/database.ts';
import { alertKeyOf, alertKeyToBigint, fingerprintOfLabels } from '../identity.ts';
import { openStarts } from '../openEpisodes.ts';
import { mapPayload, type MappedAlert } from './mapPayload.ts';

export interface Translated {
  /** In the form of Alertmanager's webhook. */
  readonly body: unknown;
  readonly faults: readonly MappingFault[];
  /** True when nothing at all could be read. */
  readonly isEmpty: boolean;
}

function toCommonForm(alert: MappedAlert, startsAtMs: number): object {
  const endsAtMs = alert.endsAtMs ?? null;
  return {
    status: alert.status, labels: alert.labels, annotations: alert.annotations, startsAt: new Date(startsAtMs).toISOString(),
    ...(endsAtMs === null ? {} : { endsAt: new Date(endsAtMs).toISOString() }),
    fingerprint: fingerprintOfLabels(alert.identity), ...(alert.link === null ? {} : { generatorURL: alert.link }),
  };
}

/**
 * Maps a generic payload. An alert without a start takes that of its open episode, else the time of
 * receipt; a resolve for which nothing is open says nothing and is left out.
 */
export async function translateGeneric(
  q: Queryable, orgId: OrgId, source: SourceId, mapping: GenericMapping, body: unknown, receivedAt: Date,
): Promise<Translated> {
  const { alerts, faults } = mapPayload(mapping, body);
  const keyOf = (alert: MappedAlert): string => alertKeyToBigint(alertKeyOf(source, fingerprintOfLabels(alert.identity)));
  const open = await openStarts(q, orgId, alerts.filter((alert) => alert.startsAtMs === null).map(keyOf), receivedAt);
  const common: object[] = [];
  for (const alert of alerts) {
    const key = keyOf(alert);
    const startsAtMs = alert.startsAtMs ?? open.get(key);
    if (startsAtMs !== undefined) {
      common.push(toCommonForm(alert.status === 'resolved' && alert.endsAtMs === null ? { ...alert, endsAtMs: receivedAt.getTime() } : alert, startsAtMs));
    } else if (alert.status === 'firing') {
      common.push(toCommonForm(alert, receivedAt.getTime()));
      // The same alert twice in one payload is one episode.
      open.set(key, receivedAt.getTime());
    }
  }
  return { body: { alerts: common }, faults, isEmpty: alerts.length === 0 && faults.length > 0 };
}
