/** Operations on war rooms. */
import { byNumber, op } from '../operation.ts';
import { openWarRoomBody, warRoom, warRoomList } from '../warRooms.ts';

export const warRoomOperations = {
  listWarRooms: op({ method: 'get', path: '/incidents/{number}/war-rooms', summary: 'Conversations in chats that belong to an incident', tag: 'Incidents', params: byNumber, response: warRoomList }),
  openWarRoom: op({
    method: 'post', path: '/incidents/{number}/war-rooms', summary: 'Open a war room in a chat, or get the one that there is', tag: 'Incidents', params: byNumber, body: openWarRoomBody, response: warRoom, status: 201,
  }),
} as const;
