/** The timeline: what happened to an incident, told from the event log. */
export { createTimelineHandlers } from './routes.ts';
export { projectTimeline, sentenceOf } from './project.ts';
