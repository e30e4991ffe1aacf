/** Publishing an update within a transaction: it is written down, the clocks run anew, and everybody who is to know is sent it. */
import { incidentKey, incidentNumber, OUTSIDE_KINDS, TIMELINE_AUDIENCE, userKey, type Actor, type Audience, type OrgId } from '#contract';
import { ALL_SEEING } from '../../access/index.ts';
import type { NewEvent } from '../../eventlog/index.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { standingDues } from './clocks.ts';
import { urgencyOf } from './dues.ts';
import { noteMet } from './dueStore.ts';
import type { IncidentFacts } from './incidentStore.ts';
import { partOf } from './partOf.ts';
import type { CommsPorts, Recipient } from './ports.ts';
import { insertFanout } from './subscriptions/subscriptionStore.ts';
import { rankOf, reachOf, type Teller } from './telling.ts';
import { insertDraft, markPublished, type StoredUpdate } from './updateStore.ts';

export interface Publication {
  readonly orgId: OrgId;
  readonly at: Date;
  readonly by: Actor;
  readonly incident: IncidentFacts;
  readonly teller: Teller;
}

/** Notes which of the standing times are met by what is told now. */
async function meetDues(tx: Transaction, { orgId, at, incident, teller }: Publication, meets: (audience: Audience) => boolean): Promise<void> {
  for (const due of await standingDues(tx, orgId, ALL_SEEING, teller.settings, incident.number)) {
    if (meets(due.audience)) {
      await noteMet(tx, orgId, { incident: incident.number, audience: due.audience.id, dueAt: new Date(due.dueAtMs), severity: rankOf(incident.severity) }, at);
    }
  }
}

/** Who is sent an update at once. Of a private incident its members alone: a channel is read by others. Of a drill nobody. */
export function recipientsOf(audience: Pick<Audience, 'channels'>, incident: Pick<IncidentFacts, 'members' | 'drill'>): Recipient[] {
  if (incident.drill) return [];
  if (incident.members !== null) return incident.members.map((key) => ({ kind: 'person', user: userKey.parse(key) }));
  return audience.channels.map((channel) => ({ kind: 'channel', channel }));
}

/** Whether it may be read on the status page. */
export function isForPage(audience: Pick<Audience, 'statusPage'>, incident: Pick<IncidentFacts, 'members' | 'drill'>): boolean {
  return audience.statusPage && incident.members === null && !incident.drill;
}

/** Publishes a draft or an approved update; whoever calls has checked that it may be. Gives the events to append last. */
export async function publish(tx: Transaction, ports: CommsPorts, publication: Publication, update: StoredUpdate, audience: Audience): Promise<NewEvent[]> {
  const { orgId, at, by, incident, teller } = publication;
  // Before the row is there: the time that stood until now.
  await meetDues(tx, publication, ({ id }) => id === audience.id);
  const wording = update.fixed ?? teller.render(audience, incident, update, at);
  await markPublished(tx, orgId, update.id, { ...wording, onPage: isForPage(audience, incident), corrects: update.corrects }, by, at);
  const to = recipientsOf(audience, incident);
  const outside = OUTSIDE_KINDS.includes(audience.kind);
  if (to.length > 0) {
    await ports.send(tx, orgId, {
      dedupKey: `update/${update.id}`, partOf: partOf(update.id), messageClass: 'update', urgency: urgencyOf(incident.severity), incident: incidentNumber.parse(incident.number), to,
      subject: wording.subject, text: wording.text, facts: [], thread: `incident/${incident.number}/${audience.id}`, language: audience.language, actions: [],
      // Who stands outside cannot open it.
      link: outside ? null : { label: incidentKey(incident.number), url: ports.urlOfIncident(incident.number) },
    });
  }
  if (incident.members === null) {
    const reach = reachOf(teller.snapshot, incident.services);
    await insertFanout(tx, orgId, update.id, incident.number, {
      audience: audience.id, outside: isForPage(audience, incident), severity: rankOf(incident.severity), urgency: urgencyOf(incident.severity), regions: reach.regions,
      services: [...new Set([...reach.services, ...reach.businessServices, ...update.components.map(({ name }) => name)])], subject: wording.subject, text: wording.text, language: audience.language,
    });
  }
  return [{
    type: 'incident.status_updated', incident: incident.number, actor: by,
    data: {
      text: wording.text, nextUpdateAt: update.nextUpdateAt?.toISOString() ?? null, by: by.name, update: update.id, audience: audience.id, audienceName: audience.name, subject: wording.subject,
      phase: update.phase, corrects: update.corrects, approvedBy: update.approved?.actor.name ?? null,
    },
  }];
}

/** Puts an update on the timeline alone. Those inside have been told by it; nobody is sent anything. */
export async function publishOnTimeline(
  tx: Transaction, publication: Publication, told: { readonly text: string; readonly nextUpdateAt: Date | null; readonly phase: StoredUpdate['phase']; readonly key: string | null },
): Promise<NewEvent[]> {
  const { orgId, at, by, incident } = publication;
  await meetDues(tx, publication, ({ kind }) => kind === 'internal');
  const id = await insertDraft(tx, orgId, at, {
    incident: incident.number, audience: TIMELINE_AUDIENCE, audienceName: 'Timeline', phase: told.phase, fields: {}, ownSubject: null, ownText: told.text, components: [],
    nextUpdateAt: told.nextUpdateAt, corrects: null, by, key: told.key,
  });
  // Told before, under the same key.
  if (id === null) return [];
  await markPublished(tx, orgId, id, { subject: '', text: told.text, onPage: false, corrects: null }, by, at);
  return [{ type: 'incident.status_updated', incident: incident.number, actor: by, data: { text: told.text, nextUpdateAt: told.nextUpdateAt?.toISOString() ?? null, by: by.name } }];
}
