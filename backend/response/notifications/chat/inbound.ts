/** What came from a chat and is proven, on its way to the API: commands, and words in an incident's room or thread. */
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import { AppError } from '../../../platform/errors.ts';
import { incidentNumber, type IncidentNumber } from '#contract';
import { HELP, parseCommand, readableText, type ChatCommand } from './command.ts';
import type { Spoken } from './dispatch.ts';
import type { ChatPeople } from './people.ts';
import type { ChatChannel, ChatPorts } from './ports.ts';
import type { WarRooms } from './rooms.ts';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

interface Said {
  readonly channel: ChatChannel;
  readonly workspace: string | null;
  readonly conversation: string;
  readonly userId: string;
  readonly text: string;
  /** The same for every delivery of the same words. */
  readonly key: string;
}

export interface Inbound {
  /** Carries out a command; gives what is told to the person alone. */
  command(said: Said): Promise<string>;
  /** Writes words from an incident's room or thread on its timeline, as whoever said them. */
  message(said: Said & { readonly thread: string | null }): Promise<void>;
}

export interface InboundDeps {
  readonly ports: ChatPorts;
  readonly people: ChatPeople;
  readonly rooms: WarRooms;
  readonly dispatch: (spoken: Spoken) => Promise<string>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Chats wait three seconds for an answer to a command; what takes longer goes on without the person waiting. */
export const ANSWER_WITHIN_MS = 2_500;

/** Words of a person as they are read; ids of people in commands stay, since they name somebody. */
function withReadableTexts(command: ChatCommand): ChatCommand {
  switch (command.verb) {
    case 'note': case 'update': return { ...command, text: readableText(command.text) };
    case 'task': return { ...command, title: readableText(command.title) };
    case 'sev': return { ...command, reason: readableText(command.reason) };
    default: return command;
  }
}

/** Makes it. */
export function createInbound({ ports, people, rooms, dispatch, clock, logger }: InboundDeps): Inbound {
  async function incidentAt({ channel, conversation }: Said, thread: string | null): Promise<IncidentNumber | null> {
    const byRoom = await rooms.incidentOf(channel.orgId, channel.id, conversation);
    return byRoom ?? (thread === null ? null : ports.incidentOfThread({ orgId: channel.orgId, channel: channel.id, conversation, thread }));
  }

  async function answerTo(said: Said): Promise<string> {
    const parsed = parseCommand(said.text);
    if (parsed.kind === 'help') return HELP;
    if (parsed.kind === 'fault') return `${parsed.message} Write \`help\` for what Muster understands.`;
    const identified = await people.identify(said.channel, said.userId, said.workspace);
    if (identified.kind === 'unknown') return identified.why;
    const named = parsed.incident === null ? null : incidentNumber.safeParse(parsed.incident);
    if (named?.success === false) return 'That is no number of an incident.';
    const incident = named === null ? await incidentAt(said, null) : named.data;
    if (incident === null) return 'Say which incident: `INC-42 ack`. Here is no war room of one.';
    return dispatch({ channel: said.channel, caller: identified.caller, userId: said.userId, workspace: said.workspace, incident, command: withReadableTexts(parsed.command), key: said.key });
  }

  return {
    async command(said) {
      const work = answerTo(said);
      let isLate = false;
      const late = Promise.withResolvers<string>();
      const timer = clock.after(ANSWER_WITHIN_MS, () => {
        isLate = true;
        late.resolve('Muster is still at it; the timeline of the incident will tell.');
      });
      work.catch((error: unknown) => {
        if (isLate) logger.error({ err: error, orgId: said.channel.orgId, channel: said.channel.id }, 'a command from a chat failed after it was answered');
      }).finally(() => timer.stop());
      return Promise.race([work, late.promise]);
    },
    async message(said) {
      const incident = await incidentAt(said, said.thread);
      if (incident === null || said.text.trim() === '') return;
      const identified = await people.identify(said.channel, said.userId, said.workspace);
      if (identified.kind === 'unknown') return;
      try {
        await ports.perform(identified.caller, 'addNote', { params: { number: incident }, body: { text: said.text.slice(0, 20_000).toWellFormed() } }, { key: said.key });
      } catch (error) {
        // Somebody who only reads, or is no member: what they say stays in the chat.
        if (!(error instanceof AppError) || error.status >= 500) throw error;
        logger.info({ orgId: said.channel.orgId, channel: said.channel.id, code: error.code }, 'words from a chat were not put on the timeline');
      }
    },
  };
}
