/** Drills and their performances. */
import type { DrillBody, DrillRun } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** One whose alerts no service of the tests has, and whose expectations take long. */
function drillBody(name: string): DrillBody {
  return {
    name, description: '', alerts: [{ name: 'DrillDown', service: 'drilled', severity: 'sev2', summary: '', afterSeconds: 3_000 }], expects: [{ stage: 'mitigated', withinSeconds: 600 }],
    runbook: null, maxMinutes: 60, schedule: null,
  };
}

async function started(stage: Stage): Promise<DrillRun> {
  const drill = await stage.must('createDrill', { body: drillBody(stage.name()) });
  return stage.must('startDrill', { params: { id: drill.id } });
}

/** No more are under way at one time than may be. */
async function stopped(stage: Stage, run: DrillRun): Promise<void> {
  await stage.must('stopDrillRun', { params: { id: run.id }, body: { reason: 'seen enough' } });
}

export const drillExercises: Exercises<
  'listDrills' | 'createDrill' | 'getDrill' | 'putDrill' | 'deleteDrill' | 'startDrill' | 'listDrillRuns' | 'getDrillRun' | 'stopDrillRun'
> = {
  async listDrills(stage) {
    await stage.must('createDrill', { body: drillBody(stage.name()) });
    return { input: { query: { limit: 1 } } };
  },
  createDrill: async ({ name }) => ({ input: { body: drillBody(name()) } }),
  async getDrill(stage) {
    return { input: { params: { id: (await stage.must('createDrill', { body: drillBody(stage.name()) })).id } } };
  },
  async putDrill(stage) {
    const drill = await stage.must('createDrill', { body: drillBody(stage.name()) });
    return { input: { params: { id: drill.id }, body: { ...drillBody(drill.name), maxMinutes: 30 } }, headers: ifMatch(drill) };
  },
  async deleteDrill(stage) {
    const drill = await stage.must('createDrill', { body: drillBody(stage.name()) });
    return { input: { params: { id: drill.id } }, headers: ifMatch(drill) };
  },
  async startDrill(stage) {
    return { input: { params: { id: (await stage.must('createDrill', { body: { ...drillBody(stage.name()), maxMinutes: 1 } })).id } } };
  },
  async listDrillRuns(stage) {
    const run = await started(stage);
    await stopped(stage, run);
    return { input: { query: { drill: run.drill } } };
  },
  async getDrillRun(stage) {
    const run = await started(stage);
    await stopped(stage, run);
    return { input: { params: { id: run.id } } };
  },
  async stopDrillRun(stage) {
    return { input: { params: { id: (await started(stage)).id }, body: { reason: 'seen enough' } } };
  },
};
