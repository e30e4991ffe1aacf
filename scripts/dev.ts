/**
 * `npm run dev`: the service (restarted when its code changes), the plugin (rebuilt when its code
 * changes) and the plugin host, on one embedded database. Everything stops with Ctrl-C.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT } from './run.ts';
import { startPluginHost } from './plugin-host/server.ts';

const API_PORT = 8080;
const HOST_PORT = 3000;
/** Fixed, so that a restart of either side needs no new settings. For development on this machine only. */
const PLUGIN_TOKEN = 'development-only-plugin-token-0001';

const children: ChildProcess[] = [];

function start(command: string, args: readonly string[], env: Record<string, string> = {}): void {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
  children.push(child);
}

const host = await startPluginHost({ port: HOST_PORT, apiUrl: `http://127.0.0.1:${API_PORT}`, pluginTokens: { 1: PLUGIN_TOKEN } });
start('webpack', ['--watch']);
start('node', ['--watch', '--watch-path=backend', 'backend/main.ts', 'serve'], {
  MUSTER_PORT: String(API_PORT), MUSTER_PLUGIN_TOKEN: PLUGIN_TOKEN, MUSTER_GRAFANA_URL: host.url, MUSTER_GRAFANA_ROOT_URL: host.issuer,
  // The sample files and the values that they ask for; for development on this machine only.
  MUSTER_PROVISIONING: 'provisioning/muster',
  MUSTER_WEBHOOK_TOKEN: 'development-only-webhook-token-0001', MUSTER_WEBHOOK_HMAC: 'development-only-webhook-hmac-0001',
});
process.stdout.write(`\nPlugin host (a development stand-in, not Grafana): ${host.url}\nService: http://127.0.0.1:${API_PORT}\nCtrl-C stops both.\n\n`);

async function stop(): Promise<void> {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => new Promise<void>((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', () => resolve()) : resolve()))));
  await host.close();
  process.exit(0);
}
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
