/** Takes up alerts that were held back and whose time has come: as symptoms of an incident, or by asking about them again. */
import { SEVERITIES, type IncidentNumber, type OrgId } from '#contract';
import type { Attachment, HeldBack, NoiseGate, OrgGate } from '../noise/index.ts';
import type { Transaction } from '../platform/db/database.ts';
import type { IncidentChange, IncidentSink } from './incidentSink.ts';

const BEGINNING = new Date(0);

/** One incident's symptoms: counted and shown there, their services are hurt, and a grave one makes it grave; what it may take in stays as it is. */
function symptomsOf(incident: IncidentNumber, alerts: readonly HeldBack[]): IncidentChange {
  return {
    incident, title: '', keys: [], reason: null, severity: SEVERITIES.find((severity) => alerts.some((alert) => alert.severity === severity)) ?? null,
    services: [...new Set(alerts.flatMap((alert) => alert.service ?? []))], ended: 0, assessment: null, moved: [], absorbed: [],
    joined: alerts.map((alert) => ({
      alertKey: alert.alertKey, startsAt: alert.startsAt, firing: true,
      reason: { strategy: 'noise control', summary: `symptom: ${alert.reason}`, contributions: [{ kind: 'inhibition', text: `"${alert.causeName}": ${alert.reason}`, weight: 1 }] },
    })),
  };
}

/** Sorts attachments by the incident they can join now; the rest has none that takes alerts. */
async function placeAttachments(tx: Transaction, orgId: OrgId, incidents: IncidentSink, attachments: readonly Attachment[]): Promise<{ byIncident: Map<IncidentNumber, HeldBack[]>; loose: HeldBack[] }> {
  const byIncident = new Map<IncidentNumber, HeldBack[]>();
  const loose: HeldBack[] = [];
  const owners = await incidents.incidentsOf(tx, orgId, attachments.map((attachment) => attachment.parent));
  const open = owners.some((owner) => owner !== null) ? new Set((await incidents.loadGroups(tx, orgId, BEGINNING)).map((group) => group.incident)) : new Set();
  attachments.forEach(({ alert }, index) => {
    const owner = owners[index] ?? null;
    if (owner === null || !open.has(owner)) loose.push(alert);
    else byIncident.set(owner, [...(byIncident.get(owner) ?? []), alert]);
  });
  return { byIncident, loose };
}

/** Works in the correlator's transaction. Gives how many alerts were logged to be looked at again. */
export async function sweepHeldBack(tx: Transaction, gate: OrgGate, noise: NoiseGate, incidents: IncidentSink, at: Date): Promise<number> {
  await incidents.lockLinks(tx, gate.orgId);
  const due = await noise.due(tx, gate);
  const { byIncident, loose } = await placeAttachments(tx, gate.orgId, incidents, due.attach);
  if (byIncident.size > 0) await incidents.apply(tx, gate.orgId, at, [...byIncident].map(([incident, alerts]) => symptomsOf(incident, alerts)));
  return noise.settle(tx, gate, {
    attached: [...byIncident.values()].flat(),
    // What explains it has no incident yet; it is tried again while that lasts.
    later: loose.filter((alert) => alert.attach === 'at_once'),
    again: [...due.again, ...loose.filter((alert) => alert.attach === 'when_due')],
  });
}
