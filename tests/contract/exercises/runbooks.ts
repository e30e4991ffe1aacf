/** The catalogue of runbooks: drafts, versions, checks, dry runs. */
import type { Runbook, RunbookId } from '../../../backend/contract/index.ts';
import { runbookId } from '../../../backend/contract/index.ts';
import type { CatalogueOperation, DryRunOperation } from '../../../backend/response/runbooks/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** A text that is right. */
export function runbookText(id: string, wait = '1s'): string {
  return `apiVersion: muster/v1
kind: Runbook
metadata: { id: ${id}, title: Wait a little, tags: [test], services: [checkout] }
inputs: [{ name: host, type: string, default: a }]
steps:
  - { id: pause, name: "Pause {{ inputs.host }}", kind: wait, with: { for: ${wait} } }
`;
}

/** A draft that was never published. */
async function draft({ must, name }: Stage): Promise<Runbook> {
  return must('createRunbook', { body: { source: runbookText(name()) } });
}

/** One in use. */
export async function liveRunbook(stage: Stage): Promise<Runbook> {
  const seen = await draft(stage);
  return stage.must('publishRunbook', { params: { id: seen.id }, body: { note: 'first' } }, ifMatch(seen));
}

/** One in use with a draft. */
async function drafted(stage: Stage): Promise<Runbook> {
  const seen = await liveRunbook(stage);
  return stage.must('putRunbookDraft', { params: { id: seen.id }, body: { source: runbookText(seen.id, '2s') } }, ifMatch(seen));
}

const of = (seen: Runbook): { id: RunbookId } => ({ id: seen.id });

export const runbookExercises: Exercises<CatalogueOperation | DryRunOperation> = {
  async listRunbooks(stage) {
    await liveRunbook(stage);
    return { input: { query: { q: 'wait', state: 'live', service: 'checkout', tag: 'test', limit: 1 } } };
  },
  async createRunbook({ name }) {
    return { input: { body: { source: runbookText(name(), 'soon') } } };
  },
  async getRunbook(stage) {
    return { input: { params: of(await drafted(stage)) } };
  },
  async putRunbookDraft(stage) {
    const seen = await liveRunbook(stage);
    return { input: { params: of(seen), body: { source: runbookText(seen.id, '3s') } }, headers: ifMatch(seen) };
  },
  async discardRunbookDraft(stage) {
    const seen = await drafted(stage);
    return { input: { params: of(seen) }, headers: ifMatch(seen) };
  },
  async publishRunbook(stage) {
    const seen = await drafted(stage);
    return { input: { params: of(seen), body: { note: 'longer' } }, headers: ifMatch(seen) };
  },
  async retireRunbook(stage) {
    const seen = await liveRunbook(stage);
    return { input: { params: of(seen), body: { reason: 'not needed' } }, headers: ifMatch(seen) };
  },
  async reinstateRunbook(stage) {
    const seen = await liveRunbook(stage);
    return { input: { params: of(seen), body: {} }, headers: ifMatch(await stage.must('retireRunbook', { params: of(seen), body: {} }, ifMatch(seen))) };
  },
  async listRunbookVersions(stage) {
    return { input: { params: of(await liveRunbook(stage)), query: { limit: 1 } } };
  },
  async getRunbookVersion(stage) {
    return { input: { params: { ...of(await liveRunbook(stage)), version: 1 } } };
  },
  async restoreRunbookVersion(stage) {
    const seen = await liveRunbook(stage);
    return { input: { params: { ...of(seen), version: 1 } }, headers: ifMatch(seen) };
  },
  async checkRunbook() {
    return { input: { body: { source: runbookText('check-me') } } };
  },
  async importRunbook() {
    return { input: { body: { markdown: '# Restart\n\n- Look at the [board](https://x.example)\n\n```sh\nreboot\n```\n', id: runbookId.parse('imported') } } };
  },
  async dryRunRunbook({ must }) {
    const { number } = await must('declareIncident', { body: { title: 'Played for', severity: 'sev3' } });
    return { input: { body: { source: runbookText('play-me'), incident: number, inputs: { host: 'b' } } } };
  },
};
