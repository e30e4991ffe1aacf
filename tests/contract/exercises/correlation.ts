/** Settings of correlation. */
import type { correlationOperations } from '../../../backend/contract/operations/correlation.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

const SETTINGS = {
  rules: [{ id: 'by-cluster', name: 'By cluster', condition: 'severity == "sev1"', groupBy: ['cluster' as const], window: { kind: 'sliding' as const, seconds: 600 } }],
};

/** A draft, as it is after it was written. */
async function draft({ must }: Stage) {
  return must('putCorrelationDraft', { body: SETTINGS }, ifMatch(await must('getCorrelation')));
}

/** Settings in force that are not the shipped ones. */
async function activated(stage: Stage) {
  return stage.must('activateCorrelationDraft', { body: { note: 'a rule for clusters' } }, ifMatch(await draft(stage)));
}

export const correlationExercises: Exercises<keyof typeof correlationOperations> = {
  async getCorrelation(stage) {
    await draft(stage);
    return { input: {} };
  },
  putCorrelationDraft: async ({ must }) => ({ input: { body: SETTINGS }, headers: ifMatch(await must('getCorrelation')) }),
  discardCorrelationDraft: async (stage) => ({ input: {}, headers: ifMatch(await draft(stage)) }),
  activateCorrelationDraft: async (stage) => ({ input: { body: { note: 'a rule for clusters' } }, headers: ifMatch(await draft(stage)) }),
  async listCorrelationVersions(stage) {
    await activated(stage);
    return { input: {} };
  },
  revertCorrelation: async (stage) => ({ input: { params: { version: 0 }, body: { note: 'back to what was shipped' } }, headers: ifMatch(await activated(stage)) }),
};
