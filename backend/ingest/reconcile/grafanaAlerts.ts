/** Grafana's list of active alerts, whole or not at all. */
import { z } from 'zod';
import type { Labels, OrgId } from '#contract';
import { GrafanaCallError, type GrafanaApi } from '../../sources/index.ts';
import { publicLabels, type ListedAlert } from './plan.ts';

const textMap = z.record(z.string(), z.string());
const listedAlert = z.looseObject({
  fingerprint: z.string().min(1),
  labels: textMap,
  annotations: textMap.nullish(),
  startsAt: z.iso.datetime({ offset: true }),
  generatorURL: z.string().nullish(),
  receivers: z.array(z.looseObject({ name: z.string() })).nullish(),
  status: z.looseObject({ state: z.enum(['active', 'suppressed', 'unprocessed']) }),
});
const listedAlerts = z.array(listedAlert);

const QUERY = { active: 'true', silenced: 'true', inhibited: 'true' } as const;

/** Asks for every alert, silenced ones too: those still fire. One that cannot be read makes the whole answer unusable. */
export async function listGrafanaAlerts(api: GrafanaApi, orgId: OrgId): Promise<ListedAlert[]> {
  const answer = listedAlerts.safeParse(await api.call(orgId, { method: 'GET', path: '/api/alertmanager/grafana/api/v2/alerts', query: QUERY }));
  if (!answer.success) {
    const [issue] = answer.error.issues;
    throw new GrafanaCallError('unreadable', `Grafana's list of alerts is not the expected one at ${issue?.path.join('.') ?? 'its root'}: ${issue?.message ?? ''}`);
  }
  return answer.data.map((alert) => {
    const annotations: Labels = alert.annotations ?? {};
    return {
      fingerprint: alert.fingerprint, labels: publicLabels(alert.labels), annotations: publicLabels(annotations), startsAt: alert.startsAt,
      link: alert.generatorURL ?? null, receivers: (alert.receivers ?? []).map((receiver) => receiver.name), isActive: alert.status.state !== 'suppressed',
    };
  });
}
