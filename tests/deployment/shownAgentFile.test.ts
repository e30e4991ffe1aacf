/** The file that the page of agents shows is one that an agent takes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAgentConfig } from '../../backend/agent/config.ts';
import { agentFile } from '../../src/model/agents.ts';

test('the file that Settings shows with a new token is taken', () => {
  const dir = mkdtempSync(join(tmpdir(), 'muster-agent-file-'));
  try {
    const path = join(dir, 'agent.yaml');
    writeFileSync(path, agentFile());
    expect(readAgentConfig(path).commands.map(({ name }) => name)).toEqual(['uptime']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
