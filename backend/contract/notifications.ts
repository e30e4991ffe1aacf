/** Notifications: over which kinds of channels people and systems are told. */
import { z } from 'zod';

/** Kinds of channels; each is one file below `backend/response/notifications/channels/`. */
export const CHANNEL_KINDS = [
  'email', 'slack', 'teams', 'mattermost', 'discord', 'telegram', 'ntfy', 'sms', 'voice', 'webhook', 'pagerduty', 'opsgenie', 'grafana',
] as const;
export const channelKindName = z.enum(CHANNEL_KINDS);
export type ChannelKindName = z.infer<typeof channelKindName>;
