/** Who is called and told in the demo: the values of its provisioning files. People are those of the plugin host; everything else is made up. */
import { DEFAULT_COMMUNICATION } from '../../backend/response/comms/defaults.ts';

/** Keys of the plugin host's people, as its ID tokens name them. */
export const PEOPLE = { ada: 'user:host-user-admin', ed: 'user:host-user-editor', eva: 'user:host-user-eva' } as const;

/** Names by which they sign in. */
export const LOGINS = ['admin', 'editor', 'eva', 'viewer'] as const;

/** Ids by which the files name each other. */
export const CHAT = 'incident-chat';
export const SECOND_CHAT = 'incident-teams';
export const MAIL = 'mail';
export const TEXTS = 'text-messages';

/** How a channel's provider is reached. */
export interface Way {
  readonly config: unknown;
  readonly secrets: Readonly<Record<string, string>>;
}

/** How each channel of the demo is reached. */
export interface Ways {
  readonly mail: Way;
  /** An incoming webhook of Slack. */
  readonly chat: Way;
  /** A flow of Teams. */
  readonly secondChat: Way;
  readonly texts: Way;
}

/** `channels.yaml`: two chats of which one stands in for the other, mail and text messages for people. */
export function demoChannels(ways: Ways): object {
  const channel = (id: string, kind: string, name: string, { config, secrets }: Way) => ({ id, kind, name, config, secrets });
  const channels = [
    channel(CHAT, 'slack', 'Incident chat (Slack)', ways.chat), channel(SECOND_CHAT, 'teams', 'Incident chat (Teams)', ways.secondChat),
    channel(MAIL, 'email', 'Mail', ways.mail), channel(TEXTS, 'sms', 'Text messages', ways.texts),
  ];
  // Not of pages: a page is for one person, and whoever reads the chat could answer it.
  const chains = [{ name: 'Updates', messageClass: 'update', channels: [CHAT, SECOND_CHAT] }, { name: 'Notices', messageClass: 'notice', channels: [CHAT, SECOND_CHAT] }];
  return { apiVersion: 1, channels, chains };
}

const DAY_MS = 86_400_000;

/** Monday of the week in which `nowMs` lies, in UTC. */
function mondayOf(nowMs: number): string {
  const day = new Date(nowMs).getUTCDay();
  return new Date(nowMs - ((day + 6) % 7) * DAY_MS).toISOString().slice(0, 10);
}

/** `schedules.yaml`: whoever starts the demo finds Ed first and Eva second this week; next week they have changed. */
export function demoSchedules(nowMs: number): object {
  const weekly = (id: string, name: string, description: string, ...people: readonly string[]) => ({
    id, name, description, timeZone: 'UTC',
    layers: [{ kind: 'rotation', id: 'weekly', name: 'Week by week', every: { count: 1, unit: 'weeks' }, startsOn: mondayOf(nowMs), handOffAt: '00:00', slots: people.map((key) => [key]) }],
  });
  const { ada, ed, eva } = PEOPLE;
  return {
    apiVersion: 1,
    schedules: [
      weekly('shop-first', 'Shop, first', 'Called first when the shop breaks', ed, eva, ada),
      weekly('shop-second', 'Shop, second', 'Called when the first one cannot', eva, ada, ed),
      weekly('communications', 'Communications', 'Tells those who wait for news', ada, ed, eva),
    ],
  };
}

/** `escalation.yaml`: a commander for what is grave, somebody for communications for the gravest. */
export function demoPolicies(): object {
  return {
    apiVersion: 1,
    policies: [
      {
        id: 'commander', name: 'Commander', role: 'commander', description: 'Whoever is on call leads, until they hand over.', starts: { severities: ['sev1', 'sev2'] },
        steps: [
          { kind: 'channel', channel: CHAT },
          { kind: 'schedule', schedule: 'shop-first', waitSeconds: 180 },
          { kind: 'schedule', schedule: 'shop-second', waitSeconds: 180 },
        ],
      },
      {
        id: 'communications', name: 'Communications', role: 'communications', starts: { severities: ['sev1'] },
        steps: [{ kind: 'schedule', schedule: 'communications', waitSeconds: 300 }],
      },
    ],
  };
}

/** `communication.yaml`: the audiences that Muster brings; those of the house and those who answer customers read the chat. */
export function demoAudiences(): object {
  const inChat = new Set(['internal', 'customer']);
  return {
    apiVersion: 1,
    audiences: DEFAULT_COMMUNICATION.audiences.map((audience) => ({ ...audience, channels: inChat.has(audience.kind) ? [CHAT] : [] })),
  };
}

/** `status-page.yaml`: what those outside read. */
export function demoStatusPage(): object {
  return {
    apiVersion: 1, visibility: 'public', title: 'Status of the simulated shop', intro: 'Nothing here is real: it is the demo of **Muster**.', subscriptions: true, mailChannel: MAIL,
    components: [{ name: 'online-shop', label: 'Shop' }, { name: 'payment-processing', label: 'Payments' }],
  };
}
