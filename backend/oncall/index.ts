/** On-call: who is there when something breaks. */
export * from './schedules/index.ts';
