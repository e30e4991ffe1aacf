/** What happened, told from the event log: the timeline of an incident, and the audit log of everything. */
export { createAuditHandlers } from './audit.ts';
export { createTimelineHandlers } from './routes.ts';
export { projectTimeline, sentenceOf } from './project.ts';
