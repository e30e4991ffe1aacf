/** The event log: append-only truth with ordered, resumable readers. */
export { appendEvents, SYSTEM_ACTOR, type NewEvent } from './append.ts';
export { listEvents, newestEventPosition, readEventsAfter, type EventFilter } from './read.ts';
export { createFollower, type EventCursor, type Follower } from './follower.ts';
export { createLogWatch, type LogWatch } from './logWatch.ts';
export { createAlertNews, type AlertNews } from './alertNews.ts';
export { createLiveHub, MAX_UNSENT_BYTES, type LiveHub, type StreamWriter } from './live.ts';
export { DRAIN_LIMIT_MS, serveEventStream } from './routes.ts';
