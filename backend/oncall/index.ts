/** On call: who is reachable how, and whose turn it is. */
export * from './people/index.ts';
export * from './schedules/index.ts';
