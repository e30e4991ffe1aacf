/** Telling people and systems, and working from chats. */
export { createChat, slackSignature, type Chat, type ChatChannel, type ChatDeps, type ChatPlace, type ChatPorts, type Perform, type WarRoomOperation, type WarRooms } from './chat/index.ts';
