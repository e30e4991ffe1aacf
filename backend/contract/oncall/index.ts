/** On-call as it crosses the wire. */
export * from './schedules.ts';
