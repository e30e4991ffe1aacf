/** Agents in words, and what has to be copied to where one is to run. */
import type { Agent } from '#contract';

export const AGENT_STATE_LABELS: Readonly<Record<Agent['state'], string>> = { online: 'Online', offline: 'Offline', never: 'Never connected', revoked: 'Revoked' };

/** `site=north, tier=db` as labels; null when it does not say any so. */
export function parseAgentLabels(text: string): Record<string, string> | null {
  const pairs = text.split(/[,\n]/).map((part) => part.trim()).filter((part) => part !== '').map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()] as const;
  });
  const names = pairs.map(([name]) => name);
  const isGood = pairs.every(([name, value]) => name !== '' && name.length <= 50 && value !== '' && value.length <= 200) && new Set(names).size === names.length;
  return isGood ? Object.fromEntries(pairs) : null;
}

/** A file to begin with: it permits one command that changes nothing. */
export function agentFile(): string {
  return [
    '# /etc/muster/agent.yaml',
    '# Address of the Muster service, as it is reached from here.',
    'service: https://muster.example.com',
    'tokenFile: /etc/muster/agent.token',
    '# Keeps what runs, and ends that were not told yet, across restarts.',
    'stateDir: /var/lib/muster-agent',
    '# What it may do, and nothing else.',
    'commands:',
    '  - name: uptime',
    '    description: How long this machine is up',
    '    program: /usr/bin/uptime',
    '    repeatable: true',
    '',
  ].join('\n');
}

/** Run in the folder of Muster. The token is pasted, so that it stays out of the history of the shell. */
export function agentStart(): string {
  return ['(umask 077; cat > /etc/muster/agent.token)   # paste the token, Enter, Ctrl-D', 'npm run muster -- agent --config /etc/muster/agent.yaml'].join('\n');
}
