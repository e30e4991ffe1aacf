/** Notifications: over which channels people and systems are told, in which order, and what became of each message. */
export { createNotifications, type Notifications, type NotificationsDeps } from './notifications.ts';
export { CHANNEL_SEALED_COLUMNS, findChannelIds } from './channelStore.ts';
export { recipientKey, type Order, type Recipient } from './order.ts';
export type { ContactWay, DeliveryOutcome, NotificationPorts, OutcomeListener } from './ports.ts';
export type { Sending } from './send.ts';
export type { NotificationOperation } from './routes.ts';
export type { Notice } from './channels/channel.ts';
export { RECEIPTS_PATH } from './transmit.ts';
