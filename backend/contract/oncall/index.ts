/** On-call as it crosses the wire. */
export * from './schedules.ts';
export * from './onCallImport.ts';
