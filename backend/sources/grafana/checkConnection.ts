/** Tries Grafana's API step by step, so that a broken connection names what is broken and what to do. */
import { z } from 'zod';
import type { GrafanaCheckStep, OrgId } from '#contract';
import { GrafanaCallError, type GrafanaApi } from './grafanaApi.ts';

const organisation = z.object({ id: z.number().int(), name: z.string() });
const list = z.array(z.unknown());

type Check = GrafanaCheckStep['check'];

const ALERTS_FIX = 'give the service account the role Viewer or more, or the permission alert.instances:read';
const SILENCES_FIX = 'give the service account the role Editor, or the permissions alert.silences:read, create and write';

function fixOf(error: GrafanaCallError, ifRefused: string): string {
  switch (error.fault) {
    case 'not_connected':
      return 'make a service account in Grafana (Administration, Service accounts), add a token, and paste it here';
    case 'unreachable':
      return 'check the address, and that this service may call it (outbound.allow, outbound.allowPrivate)';
    case 'refused':
      return ifRefused;
    case 'throttled':
      return 'Grafana or a proxy before it limits calls: try again later';
    case 'failed':
      return 'look into the log of Grafana';
    case 'unreadable':
      return 'use the address under which Grafana itself answers, without a login page before it';
  }
}

/** Runs the steps in order and stops where going on makes no sense. */
export async function checkGrafanaConnection(api: GrafanaApi, orgId: OrgId): Promise<GrafanaCheckStep[]> {
  const steps: GrafanaCheckStep[] = [];

  async function step<T>(check: Check, path: `/api/${string}`, schema: z.ZodType<T>, ifRefused: string, describe: (answer: T) => string): Promise<T | null> {
    try {
      const answer = schema.safeParse(await api.call(orgId, { method: 'GET', path }));
      if (!answer.success) throw new GrafanaCallError('unreadable', `Grafana's answer to ${path} is not the expected one`);
      steps.push({ check, ok: true, detail: describe(answer.data), fix: null });
      return answer.data;
    } catch (error) {
      if (!(error instanceof GrafanaCallError)) throw error;
      const failed: Check = error.fault === 'unreachable' ? 'address' : error.fault === 'not_connected' ? 'token' : check;
      steps.push({ check: failed, ok: false, detail: error.message, fix: fixOf(error, ifRefused) });
      return null;
    }
  }

  const org = await step('token', '/api/org', organisation, 'the token is wrong, expired or disabled: make a new one and paste it here',
    (answer) => `the token is good, for organisation "${answer.name}" (${answer.id})`);
  if (org === null) return steps;
  const isOurs = org.id === Number(orgId);
  steps.push({
    check: 'organisation', ok: isOurs,
    detail: isOurs ? 'it is a token of this organisation' : `it is a token of organisation ${org.id}, and this is organisation ${orgId}`,
    fix: isOurs ? null : `make the service account in organisation ${orgId}`,
  });
  if (!isOurs) return steps;
  await step('alerts', '/api/alertmanager/grafana/api/v2/alerts', list, ALERTS_FIX, (alerts) => `Grafana's active alerts can be read: ${alerts.length}`);
  await step('silences', '/api/alertmanager/grafana/api/v2/silences', list, SILENCES_FIX, (silences) => `Grafana's silences can be read: ${silences.length}`);
  return steps;
}
