/** Carries out a command from a chat as the person who wrote it, by the operations that pages call too. */
import { incident, INCIDENT_ROLES, incidentKey, run, task, type IncidentNumber } from '#contract';
import { AppError } from '../../../platform/errors.ts';
import type { Caller } from '../../../platform/http/route.ts';
import type { ChatCommand } from './command.ts';
import { giveRole, roleNamed } from './giveRole.ts';
import type { ChatPeople } from './people.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';
import type { WarRooms } from './rooms.ts';
import { tellUpdate } from './tellUpdate.ts';

export interface Spoken {
  readonly channel: ChatChannel;
  readonly caller: Caller;
  readonly userId: string;
  readonly workspace: string | null;
  readonly incident: IncidentNumber;
  readonly command: ChatCommand;
  /** The same for every delivery of the same words. */
  readonly key: string;
}

export interface DispatchDeps {
  readonly ports: ChatPorts;
  readonly people: ChatPeople;
  readonly rooms: WarRooms;
}

/** Makes it. What it gives is told to the person; refusals of the API are told, faults of ours are thrown. */
export function createDispatch({ ports, people, rooms }: DispatchDeps): (spoken: Spoken) => Promise<string> {
  async function act(spoken: Spoken): Promise<string> {
    const { caller, channel, workspace, command, key } = spoken;
    const params = { number: spoken.incident };
    const name = incidentKey(spoken.incident);
    const versionOf = async (): Promise<number> => incident.parse(await ports.perform(caller, 'getIncident', { params })).version;
    switch (command.verb) {
      case 'ack':
        await ports.perform(caller, 'acknowledgeIncident', { params, body: {} }, { key });
        return `${name} is acknowledged by you.`;
      case 'sev':
        await ports.perform(caller, 'setIncidentSeverity', { params, body: { severity: command.severity, reason: command.reason } }, { ifMatch: await versionOf(), key });
        return `${name} is ${command.severity.toUpperCase()} now.`;
      case 'role': {
        const role = roleNamed(command.role);
        if (role === null) return `"${command.role}" is no role; there is ${INCIDENT_ROLES.join(', ')}, and those that you name yourselves.`;
        if (command.who === 'decline') return giveRole(ports.perform, caller, { incident: spoken.incident, role, to: 'decline', key });
        const found = await people.find(channel, command.who, caller, workspace);
        if (found.kind === 'unknown') return found.why;
        const { userKey, name: called } = found.caller;
        if (userKey === null) return `${called} is nobody who can play a role.`;
        return giveRole(ports.perform, caller, { incident: spoken.incident, role, to: { key: userKey, name: called }, key });
      }
      case 'note':
        await ports.perform(caller, 'addNote', { params, body: { text: command.text } }, { key });
        return `Written on the timeline of ${name}.`;
      case 'task': {
        const found = command.owner === null ? null : await people.find(channel, command.owner, caller, workspace);
        if (found?.kind === 'unknown') return found.why;
        const owner = found === null || found.caller.userKey === null ? null : { kind: 'user', user: found.caller.userKey };
        const made = task.parse(await ports.perform(caller, 'createTask', { params, body: { title: command.title, owner } }, { key }));
        return `Task added to ${name}: ${made.title}${found === null ? '' : `, for ${found.caller.name}`}.`;
      }
      case 'update':
        return tellUpdate(ports.perform, caller, spoken.incident, command.text, key);
      case 'run': {
        const started = run.parse(await ports.perform(caller, 'startRun', { params: { id: command.runbook }, body: { incident: spoken.incident, start: 'chat', inputs: command.inputs } }, { key }));
        return `Run ${started.id} of ${started.title} has begun for ${name}.`;
      }
      case 'room': {
        const room = await rooms.open(channel, caller, spoken.incident, [spoken.userId]);
        return `The war room of ${name} is ${room.url}${room.meetingUrl === null ? '' : `, the meeting ${room.meetingUrl}`}.`;
      }
    }
  }

  return async (spoken) => {
    try {
      return await act(spoken);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // What is hidden is told as what does not exist, as everywhere.
      return error.code === 'not_found' ? `${error.message}.` : `Not done: ${error.message}.`;
    }
  };
}
