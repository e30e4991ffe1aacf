/** Muster itself. */
import type { systemOperations } from '../../../backend/contract/operations/system.ts';
import type { Exercises } from '../stage.ts';

export const systemExercises: Exercises<keyof typeof systemOperations> = {
  checkConnection: async () => ({ input: {} }),
  getStatus: async () => ({ input: {} }),
  listAudit: async () => ({ input: { query: { type: 'source.created' } } }),
  streamEvents: async () => ({ input: { query: { lastEventId: '0' } } }),
};
