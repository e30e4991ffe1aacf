/**
 * Microsoft Teams, by the address of a Workflows flow ("When a Teams webhook request is received"). Sources: Microsoft Learn,
 * "Create incoming webhooks with Workflows for Microsoft Teams" and "Create Incoming Webhooks" (more than four requests in a
 * second are throttled with 429). The flow takes the card with 202 and posts it afterwards: nobody says whether it arrived.
 */
import { z } from 'zod';
import type { ChannelKind } from './channel.ts';
import { callProvider, JSON_HEADERS } from './provider.ts';
import { addressFault, secretOf } from './settings.ts';
import { teamsBody } from './teamsCard.ts';

const config = z.strictObject({});
type TeamsConfig = z.infer<typeof config>;

/** The kind. A flow posts to one channel and knows no threads. */
export const teams: ChannelKind<TeamsConfig> = {
  kind: 'teams', title: 'Microsoft Teams', config,
  secretFields: [{ name: 'webhookUrl', label: 'Address of the workflow', required: true }],
  address: null, receipts: false, perSecond: 4,
  settingsFault: (_config, secrets) => addressFault(secrets, 'webhookUrl'),
  send: (notice, context) => callProvider(context, {
    title: 'Teams', request: { url: secretOf(context.secrets, 'webhookUrl') ?? '', method: 'POST', headers: JSON_HEADERS, body: teamsBody(notice) },
    read: ({ headers }) => ({ kind: 'accepted', providerId: headers['x-ms-workflow-run-id'] ?? null, threadRef: null }),
  }),
};
