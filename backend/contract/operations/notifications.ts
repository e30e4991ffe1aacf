/** Operations on channels, chains, deliveries and rehearsals. */
import { z } from 'zod';
import {
  channel, channelChains, channelId, channelKindList, channelList, channelTest, createChannelBody, deliveryId, deliveryPage, deliveryQuery, deliveryWithTries, editChannelBody, notificationSettings,
  putChainsBody, myRehearsal, putNotificationSettingsBody, rehearsal, rehearsalId, rehearsalPage, startRehearsalBody, testChannelBody,
} from '../notifications.ts';
import { byNumber, op } from '../operation.ts';
import { okBody, pageQuery } from '../primitives.ts';

const byChannel = z.object({ id: channelId });
const byDelivery = z.object({ id: deliveryId });

export const notificationOperations = {
  listChannelKinds: op({ method: 'get', path: '/channel-kinds', summary: 'Kinds of channels, with the schema of their settings', tag: 'Notifications', response: channelKindList }),
  listChannels: op({ method: 'get', path: '/channels', summary: 'Channels with their health', tag: 'Notifications', query: pageQuery, response: channelList }),
  createChannel: op({ method: 'post', path: '/channels', summary: 'Add a channel', tag: 'Notifications', body: createChannelBody, response: channel, status: 201 }),
  getChannel: op({ method: 'get', path: '/channels/{id}', summary: 'A channel with its settings; of secrets only which are set', tag: 'Notifications', params: byChannel, response: channel }),
  editChannel: op({ method: 'put', path: '/channels/{id}', summary: 'Change a channel; secrets that are left out stay', tag: 'Notifications', params: byChannel, body: editChannelBody, response: channel, ifMatch: 'required' }),
  deleteChannel: op({ method: 'delete', path: '/channels/{id}', summary: 'Remove a channel that nothing uses', tag: 'Notifications', params: byChannel, response: okBody, ifMatch: 'required' }),
  testChannel: op({ method: 'post', path: '/channels/{id}/test', summary: 'Send a test over a channel now', tag: 'Notifications', params: byChannel, body: testChannelBody, response: channelTest }),
  getChains: op({ method: 'get', path: '/channel-chains', summary: 'Which channels stand in for which, by team, class and urgency', tag: 'Notifications', response: channelChains }),
  putChains: op({ method: 'put', path: '/channel-chains', summary: 'Replace the chains', tag: 'Notifications', body: putChainsBody, response: channelChains, ifMatch: 'required' }),
  listDeliveries: op({ method: 'get', path: '/deliveries', summary: 'Who was told what over which channel, the newest first', tag: 'Notifications', query: deliveryQuery, response: deliveryPage }),
  listIncidentDeliveries: op({ method: 'get', path: '/incidents/{number}/deliveries', summary: 'Who was told of an incident, the newest first', tag: 'Notifications', params: byNumber, query: deliveryQuery, response: deliveryPage }),
  getDelivery: op({ method: 'get', path: '/deliveries/{id}', summary: 'One delivery with every try', tag: 'Notifications', params: byDelivery, response: deliveryWithTries }),
  retryDelivery: op({ method: 'post', path: '/deliveries/{id}/retry', summary: 'Try a delivery that failed again, from its first channel on', tag: 'Notifications', params: byDelivery, response: deliveryWithTries }),
  listRehearsals: op({ method: 'get', path: '/rehearsals', summary: 'Rehearsals of the chains, the newest first', tag: 'Notifications', query: pageQuery, response: rehearsalPage }),
  startRehearsal: op({ method: 'post', path: '/rehearsals', summary: 'Send a test over every way of every chain, and to the addresses of people', tag: 'Notifications', body: startRehearsalBody, response: rehearsal, status: 201 }),
  getRehearsal: op({ method: 'get', path: '/rehearsals/{id}', summary: 'How a rehearsal went', tag: 'Notifications', params: z.object({ id: rehearsalId }), response: rehearsal }),
  rehearseMyContacts: op({ method: 'post', path: '/me/contacts/rehearsals', summary: 'Send a test to every address of mine', tag: 'Notifications', response: rehearsal, status: 201 }),
  getMyRehearsal: op({ method: 'get', path: '/me/contacts/rehearsals/latest', summary: 'How the last test of my addresses went', tag: 'Notifications', response: myRehearsal }),
  getNotificationSettings: op({ method: 'get', path: '/notification-settings', summary: 'Bundling, rehearsals and the heartbeat to another system', tag: 'Notifications', response: notificationSettings }),
  putNotificationSettings: op({ method: 'put', path: '/notification-settings', summary: 'Set them', tag: 'Notifications', body: putNotificationSettingsBody, response: notificationSettings, ifMatch: 'required' }),
} as const;
