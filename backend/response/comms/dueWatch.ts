/**
 * Watches when updates are due: reminds whoever is in charge of communications before its time, and when the time is past tells whoever leads, too. Any
 * number of replicas may watch: what was told of a due time is written in the transaction that tells.
 */
import { incidentKey, incidentNumber, userKey, type ChannelId, type OrgId, type UserKey } from '#contract';
import { ALL_SEEING } from '../../access/index.ts';
import { appendEvents, SYSTEM_ACTOR } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/logger.ts';
import { createWatch, type Watch } from '../../platform/watch.ts';
import { standingDues, type StandingDue } from './clocks.ts';
import { dueState, urgencyOf } from './dues.ts';
import { noteTold } from './dueStore.ts';
import type { CommsPorts, Recipient, SendOrder } from './ports.ts';
import { readCommunication } from './settingsStore.ts';
import { rankOf } from './telling.ts';
import { timeText } from './words.ts';

export const DUE_TICK_MS = 5_000;

export interface DueWatch extends Watch {
  /** Tells what is due now; gives how many reminders and overdue updates. */
  look(orgId: OrgId): Promise<number>;
}

export interface DueWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ports: CommsPorts;
}

interface Told {
  readonly to: Recipient[];
  /** In words; empty: nobody is in charge. */
  readonly names: string;
}

/**
 * Who is told: of a drill nobody; else who plays the role communications, once it is late also who leads; without them who leads; while
 * nobody does, the members of a private incident, or the team that stands in, or the channels of those inside.
 */
function toldOf({ incident }: StandingDue, what: 'reminded' | 'overdue', team: readonly UserKey[], internal: readonly ChannelId[]): Told {
  if (incident.drill) return { to: [], names: '' };
  const communications = incident.communicationsKey === null ? [] : [{ key: incident.communicationsKey, name: incident.communications }];
  const commander = incident.commanderKey === null || (communications.length > 0 && what === 'reminded') ? [] : [{ key: incident.commanderKey, name: incident.commander }];
  const people = [...communications, ...commander].filter(({ key }, place, all) => all.findIndex((other) => other.key === key) === place);
  const persons = (keys: readonly string[]): Recipient[] => keys.map((key) => ({ kind: 'person', user: userKey.parse(key) }));
  if (people.length > 0) return { to: persons(people.map(({ key }) => key)), names: people.map(({ key, name }) => name ?? key).join(' and ') };
  if (incident.members !== null) return { to: persons(incident.members), names: '' };
  return { to: team.length > 0 ? persons(team) : internal.map((channel) => ({ kind: 'channel', channel })), names: '' };
}

/** Makes the watch; start it where jobs run. */
export function createDueWatch({ db, clock, logger, orgs, ports }: DueWatchDeps): DueWatch {
  function order(due: StandingDue, what: 'reminded' | 'overdue', to: readonly Recipient[]): SendOrder {
    const { incident, audience } = due;
    const key = incidentKey(incident.number);
    const time = timeText(due.dueAtMs, audience.language, audience.timeZone);
    const isOverdue = what === 'overdue';
    return {
      dedupKey: `update-${what}/${incident.number}/${audience.id}/${new Date(due.dueAtMs).toISOString()}`,
      // Nobody in the dark: at the gravest severities silence is a reason to call somebody.
      messageClass: isOverdue && rankOf(incident.severity) <= 2 ? 'page' : 'notice', urgency: isOverdue ? urgencyOf(incident.severity) : 'normal', incident: incidentNumber.parse(incident.number), to,
      subject: isOverdue ? `Overdue: the update of ${key} to ${audience.name}` : `Due soon: the update of ${key} to ${audience.name}`,
      text: isOverdue ? `${audience.name} should have been told of ${key} by ${time}.` : `${audience.name} is to be told of ${key} by ${time}.`,
      facts: [{ label: 'Severity', value: incident.severity.toUpperCase() }, { label: 'Due', value: time }], link: { label: 'Write the update', url: `${ports.urlOfIncident(incident.number)}?tab=comms` },
      actions: [], thread: `incident/${incident.number}`,
    };
  }

  async function tell(orgId: OrgId, due: StandingDue, what: 'reminded' | 'overdue', dueTeam: string | null, internal: readonly ChannelId[], now: Date): Promise<boolean> {
    const { incident, audience } = due;
    const dueAt = new Date(due.dueAtMs);
    return db.transaction(async (tx) => {
      if (!(await noteTold(tx, orgId, { incident: incident.number, audience: audience.id, dueAt, severity: rankOf(incident.severity) }, what, now))) return false;
      const isLed = incident.commanderKey !== null || incident.communicationsKey !== null;
      const team = isLed || dueTeam === null ? [] : await ports.teamMembers(tx, orgId, dueTeam);
      const { to, names } = toldOf(due, what, team, internal);
      if (to.length > 0) await ports.send(tx, orgId, order(due, what, to));
      await appendEvents(tx, orgId, now, [{
        type: what === 'overdue' ? 'incident.update_overdue' : 'incident.update_due', incident: incident.number, actor: SYSTEM_ACTOR,
        data: { audience: audience.id, audienceName: audience.name, dueAt: dueAt.toISOString(), commander: incident.commander, told: names },
      }]);
      return true;
    });
  }

  async function look(orgId: OrgId): Promise<number> {
    const now = clock.now();
    const settings = await readCommunication(db, orgId);
    const internal = [...new Set(settings.audiences.filter(({ kind }) => kind === 'internal').flatMap(({ channels }) => channels))];
    let told = 0;
    for (const due of await standingDues(db, orgId, ALL_SEEING, settings)) {
      const state = dueState(due.dueAtMs, now.getTime(), settings.remindMinutes);
      // In order of time: what follows is not due yet.
      if (state === 'running') break;
      if (await tell(orgId, due, state === 'overdue' ? 'overdue' : 'reminded', settings.dueTeam, internal, now)) told += 1;
    }
    return told;
  }

  return { look, ...createWatch({ clock, logger, orgs, everyMs: DUE_TICK_MS, look, fault: 'due updates could not be looked for; the next look is soon' }) };
}
