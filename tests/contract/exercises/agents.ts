/** Agents and their tokens. */
import type { Exercises, Stage } from '../stage.ts';

/** The name of a new agent. */
async function made({ must, name }: Stage): Promise<string> {
  return (await must('createAgent', { body: { name: name(), labels: { site: 'north' } } })).agent.name;
}

export const agentExercises: Exercises<'listAgents' | 'createAgent' | 'rotateAgentToken' | 'revokeAgent'> = {
  async listAgents(stage) {
    await made(stage);
    return { input: { query: { limit: 1 } } };
  },
  async createAgent({ name }) {
    return { input: { body: { name: name(), labels: { cluster: 'eu-1' } } } };
  },
  async rotateAgentToken(stage) {
    return { input: { params: { name: await made(stage) } } };
  },
  async revokeAgent(stage) {
    return { input: { params: { name: await made(stage) } } };
  },
};
