/** Updates over HTTP: connects the contract with the service. */
import {
  audienceId, incidentKey, incidentNumber, OUTSIDE_KINDS, severity as severitySchema, updateId, type Audience, type CadenceReport, type IncidentComms, type IncidentNumber, type StatusUpdate, type UpdateId,
} from '#contract';
import { isPermitted, viewerOf } from '../../access/index.ts';
import { commandOf, findFamily } from '../../incidents/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Queryable } from '../../platform/db/database.ts';
import { notFoundError } from '../../platform/errors.ts';
import { decodeCursor, isInstant, toPage } from '../../platform/http/cursor.ts';
import type { Caller, Handlers, RequestContext } from '../../platform/http/route.ts';
import { showDue, standingDues } from './clocks.ts';
import { countKept } from './dueStore.ts';
import { findIncidentFacts, severityNumbered, type IncidentFacts } from './incidentStore.ts';
import { partOf } from './partOf.ts';
import type { PauseService } from './pauses.ts';
import type { CommsPorts } from './ports.ts';
import { isForPage, recipientsOf } from './publish.ts';
import { readCommunication } from './settingsStore.ts';
import { isSpreading } from './subscriptions/subscriptionStore.ts';
import { audienceOf, createTeller, type Teller } from './telling.ts';
import { beginningOf, ruledOf, type UpdateService } from './updateService.ts';
import { refuseApproval, refuseEdit, refusePublishing } from './updateRules.ts';
import { findUpdate, listUpdates, type Done, type StoredUpdate } from './updateStore.ts';

export type CommsOperation =
  | 'getCadence' | 'pauseUpdates' | 'resumeUpdates' | 'listUpdatesDue' | 'getIncidentComms' | 'listIncidentUpdates' | 'previewUpdate' | 'createUpdate' | 'getUpdate' | 'getUpdateDeliveries' | 'editUpdate' | 'approveUpdate' | 'publishUpdate'
  | 'discardUpdate';

export interface CommsRoutesDeps {
  readonly db: Queryable;
  readonly clock: Clock;
  readonly ports: CommsPorts;
  readonly service: UpdateService;
  readonly pauses: PauseService;
}

const DAY_MS = 86_400_000;

function shown(done: Done | null): StatusUpdate['edited'] {
  return done === null ? null : { actor: done.actor, at: done.at.toISOString() };
}

/** Whom a publication would reach, in words. */
function reachOf(audience: Audience, incident: IncidentFacts): string[] {
  if (incident.members !== null) return [`${recipientsOf(audience, incident).length} members of the private incident; no channel, and not the status page`];
  const channels = audience.channels.length;
  return [
    ...(channels === 0 ? [] : [channels === 1 ? 'one channel' : `${channels} channels`]), ...(isForPage(audience, incident) ? ['the status page'] : []), 'the timeline of the incident',
    ...(OUTSIDE_KINDS.includes(audience.kind) ? ['people outside'] : []),
  ];
}

/** Makes the handlers. */
export function createCommsHandlers({ db, clock, ports, service, pauses }: CommsRoutesDeps): Handlers<CommsOperation> {
  async function tellerOf({ orgId }: Pick<Caller, 'orgId'>): Promise<Teller> {
    return createTeller(ports, orgId, await readCommunication(db, orgId));
  }

  async function incidentOf(caller: Caller, number: IncidentNumber): Promise<IncidentFacts> {
    const incident = await findIncidentFacts(db, caller.orgId, viewerOf(caller), number);
    if (incident === null) throw notFoundError(`${incidentKey(number)} does not exist`);
    return incident;
  }

  function show(caller: Caller, teller: Teller, incident: IncidentFacts, update: StoredUpdate): StatusUpdate {
    const audience = audienceOf(teller.settings, update.audience);
    const isOpen = update.state === 'draft' || update.state === 'approved';
    const missing = audience === undefined || !isOpen ? [] : teller.missing(audience, incident, update).map(({ label }) => label);
    const wording = update.fixed ?? (audience === undefined ? { subject: update.ownSubject ?? '', text: update.ownText ?? '' } : teller.render(audience, incident, update, clock.now()));
    const ruled = ruledOf(update, audience, missing);
    const gone = audience === undefined && isOpen ? `the audience “${update.audienceName}” is there no more` : null;
    const approving = gone ?? refuseApproval(ruled, caller.actor);
    const publishing = gone ?? refusePublishing(ruled);
    const mayEdit = refuseEdit(update) === null && isPermitted('editUpdate', caller.role);
    const mayApprove = approving === null && isPermitted('approveUpdate', caller.role);
    const needsApproval = update.state === 'draft' && ruled.approval !== 'none';
    return {
      id: update.id, version: update.version, incident: incidentNumber.parse(update.incident), audience: update.audience, audienceName: update.audienceName, state: update.state, phase: update.phase,
      fields: { ...update.fields }, ownText: update.ownText, ownSubject: update.ownSubject, ...wording, missing, components: [...update.components], nextUpdateAt: update.nextUpdateAt?.toISOString() ?? null,
      corrects: update.corrects, correctedBy: update.correctedBy, created: { actor: update.created.actor, at: update.created.at.toISOString() }, edited: shown(update.edited), approved: shown(update.approved),
      published: shown(update.published), may: { edit: mayEdit, approve: mayApprove && needsApproval, publish: publishing === null && isPermitted('publishUpdate', caller.role), discard: mayEdit },
      whyNot: !isOpen ? null : (needsApproval ? (approving ?? (mayApprove ? null : 'somebody who leads incidents has to approve it')) : publishing),
    };
  }

  async function read(caller: Caller, id: UpdateId): Promise<StatusUpdate> {
    const update = await findUpdate(db, caller.orgId, viewerOf(caller), id);
    if (update === null) throw notFoundError('there is no such update');
    return show(caller, await tellerOf(caller), await incidentOf(caller, incidentNumber.parse(update.incident)), update);
  }

  function act(work: (context: RequestContext, id: UpdateId) => Promise<void>) {
    return async (request: { params: { id: UpdateId } }, context: RequestContext): Promise<StatusUpdate> => {
      await work(context, request.params.id);
      return read(context.caller, request.params.id);
    };
  }

  async function commsOf(caller: Caller, number: IncidentNumber): Promise<IncidentComms> {
    const incident = await incidentOf(caller, number);
    const teller = await tellerOf(caller);
    const dues = await standingDues(db, caller.orgId, viewerOf(caller), teller.settings, number);
    const counts = await countKept(db, caller.orgId, null, await findFamily(db, caller.orgId, number));
    return {
      due: dues.map((due) => showDue(due, teller.settings, clock.nowMs())), kept: counts.reduce((all, { kept }) => all + kept, 0), total: counts.reduce((all, { total }) => all + total, 0),
      ...beginningOf(teller, incident), businessServices: [...teller.snapshot.businessServices.keys()].sort(),
    };
  }

  return {
    async getCadence({ query }, { caller }): Promise<CadenceReport> {
      const counts = await countKept(db, caller.orgId, new Date(clock.nowMs() - query.days * DAY_MS), null);
      const sum = (rows: typeof counts) => ({ kept: rows.reduce((all, { kept }) => all + kept, 0), total: rows.reduce((all, { total }) => all + total, 0) });
      const whole = sum(counts);
      return {
        ...whole, percent: whole.total === 0 ? null : Math.round((whole.kept / whole.total) * 1000) / 10,
        bySeverity: [...new Set(counts.map(({ severity }) => severity))].map((rank) => ({ severity: severitySchema.parse(severityNumbered(rank)), ...sum(counts.filter(({ severity }) => severity === rank)) })),
        byAudience: [...new Set(counts.map(({ audience }) => audience))].map((audience) => ({ audience, ...sum(counts.filter((row) => row.audience === audience)) })),
      };
    },
    async listUpdatesDue({ query }, { caller }) {
      const after = decodeCursor(query.cursor, ([due, number, audience]) => isInstant(due) && incidentNumber.safeParse(number).success && audienceId.safeParse(audience).success);
      const settings = await readCommunication(db, caller.orgId);
      const dues = (await standingDues(db, caller.orgId, viewerOf(caller), settings, query.incident ?? null)).map((due) => showDue(due, settings, clock.nowMs()));
      const keyOf = (due: (typeof dues)[number]): [string, string, string] => [due.dueAt, String(due.incident), due.audience];
      const place = after === null ? -1 : dues.findIndex((due) => {
        const [dueAt = '', number = '', audience = ''] = after;
        return due.dueAt > dueAt || (due.dueAt === dueAt && (due.incident > Number(number) || (due.incident === Number(number) && due.audience > audience)));
      });
      const rest = after === null ? dues : place === -1 ? [] : dues.slice(place);
      return toPage(rest.slice(0, query.limit + 1), query.limit, keyOf);
    },
    getIncidentComms: ({ params }, { caller }) => commsOf(caller, params.number),
    async pauseUpdates({ params, body }, context) {
      await pauses.pause(commandOf(context), params.number, body);
      return commsOf(context.caller, params.number);
    },
    async resumeUpdates({ params }, context) {
      await pauses.resume(commandOf(context), params.number);
      return commsOf(context.caller, params.number);
    },
    async listIncidentUpdates({ params, query }, { caller }) {
      const after = decodeCursor(query.cursor, (values) => values.length === 1 && updateId.safeParse(values[0]).success);
      const incident = await incidentOf(caller, params.number);
      const rows = await listUpdates(db, caller.orgId, viewerOf(caller), await findFamily(db, caller.orgId, params.number), after?.[0] ?? null, query.limit);
      const teller = await tellerOf(caller);
      const { items, nextCursor } = toPage(rows, query.limit, (row) => [row.id]);
      return { items: items.map((update) => show(caller, teller, incident, update)), nextCursor };
    },
    async previewUpdate({ params, body }, context) {
      const incident = await incidentOf(context.caller, params.number);
      const teller = await tellerOf(context.caller);
      const { audience, wording } = await service.plan(db, commandOf(context), incident, teller, body);
      return { ...teller.render(audience, incident, wording, clock.now()), missing: teller.missing(audience, incident, wording).map(({ label }) => label), reaches: reachOf(audience, incident) };
    },
    async createUpdate({ params, body }, context) {
      return read(context.caller, await service.create(commandOf(context), params.number, body));
    },
    getUpdate: ({ params }, { caller }) => read(caller, params.id),
    async getUpdateDeliveries({ params }, { caller }) {
      const update = await findUpdate(db, caller.orgId, viewerOf(caller), params.id);
      if (update === null) throw notFoundError('there is no such update');
      const { counts, troubled } = await ports.spreadOf(db, caller.orgId, partOf(update.id));
      return { ...counts, spreading: await isSpreading(db, caller.orgId, update.id), troubled: [...troubled] };
    },
    async editUpdate({ params, body }, context) {
      await service.edit(commandOf(context), params.id, body);
      return read(context.caller, params.id);
    },
    approveUpdate: act((context, id) => service.approve(commandOf(context), id)),
    publishUpdate: act((context, id) => service.publish(commandOf(context), id)),
    discardUpdate: act((context, id) => service.discard(commandOf(context), id)),
  };
}
