/** Automation of runbooks: suggestions, settings, the freeze, records, statistics, preflight. */
import type { RunbookId } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** A runbook in use that is suggested for every incident and starts for each that is declared. */
export async function published({ must, name }: Stage): Promise<RunbookId> {
  const id = name();
  const source = [
    'apiVersion: muster/v1', 'kind: Runbook', `metadata: { id: ${id}, title: Wait a moment, match: incident.number > 0 }`, 'triggers: [{ on: declared }]', 'policy: { automation: approve }',
    'steps: [{ id: pause, kind: wait, with: { for: 1s } }]', '',
  ].join('\n');
  const made = await must('createRunbook', { body: { source } });
  return (await must('publishRunbook', { params: { id: made.id }, body: { note: 'for a test' } }, ifMatch(made))).id;
}

const MOST = { sev1: 'run', sev2: 'run', sev3: 'run', sev4: 'approve', sev5: 'suggest' } as const;

export const automationExercises: Exercises<
  'listSuggestions' | 'getAutomation' | 'putAutomation' | 'freezeAutomation' | 'unfreezeAutomation' | 'listTriggerRecords' | 'getRunbookStatistics' | 'listPreflight' | 'runPreflight'
> = {
  async listSuggestions(stage) {
    await published(stage);
    return { input: { params: { number: (await stage.incident()).number } } };
  },
  getAutomation: async () => ({ input: {} }),
  async putAutomation({ must }) {
    const seen = await must('getAutomation');
    return { input: { body: { maxTargetsPerHour: 20, notifyUrl: 'https://messages.example.com/hook', pageUrl: null, ticketUrl: null, most: MOST } }, headers: ifMatch(seen) };
  },
  freezeAutomation: async () => ({ input: { body: { reason: 'a deploy is under way' } } }),
  unfreezeAutomation: async () => ({ input: { body: { reason: 'the deploy is done' } } }),
  listTriggerRecords: async () => ({ input: { query: { limit: 5 } } }),
  getRunbookStatistics: async () => ({ input: {} }),
  async listPreflight(stage) {
    await stage.must('runPreflight', { params: { id: await published(stage) } });
    return { input: { query: { limit: 1 } } };
  },
  async runPreflight(stage) {
    return { input: { params: { id: await published(stage) } } };
  },
};
