/** Notifications: over which channels people and systems are told, in which order, and what became of each message. */
export { createChat, slackSignature, type Chat, type ChatChannel, type ChatDeps, type ChatPlace, type ChatPorts, type Perform, type WarRoomOperation, type WarRooms } from './chat/index.ts';
export { createChatChannels } from './chatChannels.ts';
export { createNotifications, type Notifications, type NotificationsDeps } from './notifications.ts';
export { CHANNEL_SEALED_COLUMNS, findChannelIds } from './channelStore.ts';
export { readPart, type PartState } from './partStore.ts';
export { recipientKey, type Order, type Recipient } from './order.ts';
export type { ContactWay, DeliveryOutcome, NotificationPorts, OutcomeListener, RehearsalPerson } from './ports.ts';
export { createPersonalChannels, type PersonalChannels } from './personalChannels.ts';
export { CHANNELS } from './channels/index.ts';
export type { Sending } from './send.ts';
export type { NotificationOperation } from './routes.ts';
export type { Notice } from './channels/channel.ts';
export { RECEIPTS_PATH } from './transmit.ts';
