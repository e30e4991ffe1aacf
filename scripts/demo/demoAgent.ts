/** Runs a real agent beside the demo or a test, which may do two things: restart a sample service, and make room on its volume. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** The name by which the sample runbook `restart-service` asks for it. */
export const DEMO_AGENT = 'demo';
const ROOT = new URL('../..', import.meta.url).pathname;
const DISK = join(ROOT, 'scripts/demo/simulatedDisk.mjs');
/** Host of the simulated volume that fills: the agent says that it runs there. */
export const DEMO_HOST = 'node-09.example.com';
const STOP_LIMIT_MS = 15_000;

export interface DemoAgentOptions {
  /** Address of the service. */
  readonly service: string;
  readonly token: string;
  /** Address of the sample services. */
  readonly shop: string;
  /** Folder for its file and its state. */
  readonly dir: string;
  readonly onLog: (line: string) => void;
}

/** Starts it. Gives how it is stopped. */
export async function startDemoAgent(options: DemoAgentOptions): Promise<() => Promise<void>> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const file = join(options.dir, 'agent.yaml');
  await writeFile(file, stringify({
    service: options.service,
    stateDir: options.dir,
    commands: [{
      name: 'restart',
      description: 'Restarts a sample service',
      program: process.execPath,
      args: [join(ROOT, 'scripts/demo/restartService.mjs'), options.shop, '{{ service }}'],
      parameters: [{ name: 'service', type: 'string', pattern: '[a-z0-9-]+' }],
      timeout: '30s',
      repeatable: true,
    }, {
      name: 'disk-usage',
      description: 'What takes the room of a simulated volume',
      program: process.execPath,
      args: [DISK, options.shop, 'usage', '{{ path }}'],
      parameters: [{ name: 'path', type: 'string', pattern: '/[A-Za-z0-9._/-]*' }],
      timeout: '30s',
      repeatable: true,
    }, {
      name: 'journal-vacuum',
      description: 'Cuts the journals on a simulated volume',
      program: process.execPath,
      args: [DISK, options.shop, 'vacuum', '{{ mebibytes }}'],
      parameters: [{ name: 'mebibytes', type: 'string', pattern: '[0-9]{1,6}' }],
      timeout: '30s',
      repeatable: true,
    }],
  }), { mode: 0o600 });
  const child = spawn(process.execPath, [join(ROOT, 'backend/main.ts'), 'agent', '--config', file], {
    env: { PATH: process.env['PATH'], MUSTER_AGENT_TOKEN: options.token }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (chunk: Buffer) => options.onLog(chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  };
}
