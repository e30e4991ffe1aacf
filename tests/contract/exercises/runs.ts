/** Runs of runbooks. */
import { runbookId, type Run, type RunbookId } from '../../../backend/contract/index.ts';
import type { RunOperation } from '../../../backend/response/runbooks/index.ts';
import { eventually } from '../../harness/app.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

async function live(stage: Stage, steps: string): Promise<RunbookId> {
  const id = runbookId.parse(stage.name());
  const seen = await stage.must('createRunbook', { body: { source: `apiVersion: muster/v1\nkind: Runbook\nmetadata: { id: ${id}, title: A procedure }\npolicy: { onFailure: stop }\nsteps:\n${steps}` } });
  await stage.must('publishRunbook', { params: { id }, body: { note: '' } }, ifMatch(seen));
  return id;
}

const ASK = '  - { id: look, kind: manual, with: { instruction: Look at it } }\n';
const FAIL = '  - { id: look, kind: script, with: { code: "throw new Error(1)" } }\n';

/** A run of it that has come to a state. */
async function run(stage: Stage, steps: string, isThere: (seen: Run) => boolean): Promise<Run> {
  const started = await stage.must('startRun', { params: { id: await live(stage, steps) }, body: {} });
  return eventually(() => stage.must('getRun', { params: { id: started.id } }), isThere);
}

const asking = (stage: Stage): Promise<Run> => run(stage, ASK, (seen) => seen.waitsFor === 'input');
const failed = (stage: Stage): Promise<Run> => run(stage, FAIL, (seen) => seen.state === 'failed');

export const runExercises: Exercises<RunOperation> = {
  async startRun(stage) {
    return { input: { params: { id: await live(stage, ASK) }, body: { incident: (await stage.incident()).number, panel: { dashboard: 'abc', variables: { service: ['checkout'] } } } } };
  },
  async listRuns(stage) {
    await asking(stage);
    return { input: { query: { state: 'open', limit: 1 } } };
  },
  async getRun(stage) {
    return { input: { params: { id: (await asking(stage)).id } } };
  },
  async pauseRun(stage) {
    const seen = await asking(stage);
    return { input: { params: { id: seen.id }, body: { reason: 'a moment' } }, headers: ifMatch(seen) };
  },
  async resumeRun(stage) {
    const seen = await asking(stage);
    await stage.must('pauseRun', { params: { id: seen.id }, body: {} });
    return { input: { params: { id: seen.id }, body: {} } };
  },
  async cancelRun(stage) {
    return { input: { params: { id: (await asking(stage)).id }, body: { reason: 'not needed' } } };
  },
  async undoRun(stage) {
    const steps = '  - { id: look, kind: script, with: { code: return 1 }, undo: { kind: wait, with: { for: 1s } } }\n';
    return { input: { params: { id: (await run(stage, steps, (seen) => seen.state === 'succeeded')).id }, body: { reason: 'not wanted' } } };
  },
  async answerStep(stage) {
    return { input: { params: { id: (await asking(stage)).id }, body: { step: 'look', answer: 'done', comment: 'all well' } } };
  },
  async retryStep(stage) {
    return { input: { params: { id: (await failed(stage)).id }, body: { step: 'look' } } };
  },
  async skipStep(stage) {
    return { input: { params: { id: (await failed(stage)).id }, body: { step: 'look', reason: 'does not matter' } } };
  },
  async getStepOutput(stage) {
    const seen = await run(stage, '  - { id: look, kind: script, with: { code: "console.log(1); return 1" } }\n', (one) => one.state === 'succeeded');
    return { input: { params: { id: seen.id }, query: { step: 'look', attempt: 1, after: 0 } } };
  },
};
