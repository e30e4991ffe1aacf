/** The kinds that hand over to agents: what they ask for, and what becomes of the step. */
import type { AgentHello, JsonValue, WithOf } from '#contract';
import type { Transaction } from '../../../platform/db/database.ts';
import type { AgentPort } from './agentPort.ts';
import { resultOfNews } from './agentNews.ts';
import { createCommandKind, permitsCommand } from './command.ts';
import type { Applied, StepCall } from './kind.ts';
import { callOf, NOW } from './kinds.testkit.ts';
import { createKubernetesKind, permitsAction } from './kubernetes.ts';

const TOLD: AgentHello = {
  version: '1.0.0',
  commands: [
    { name: 'restart', description: '', repeatable: false, args: [{ name: 'service', type: 'string', required: true }, { name: 'mode', type: 'choice', required: false }] },
    { name: 'status', description: '', repeatable: true, args: [] },
  ],
  kubernetes: ['rolloutRestart deployment/* in shop', 'scale deployment/* in shop'],
};

/** Stands for a transaction that nothing is written in. */
const NO_TX: Transaction = {
  query: () => Promise.reject(new Error('nothing is written here')),
  prepared: () => Promise.reject(new Error('nothing is written here')),
  isTransaction: true,
};

type Request = Parameters<AgentPort['enqueue']>[1];

/** An agent that told the above. */
function agentPort(stops: 'ended' | 'open' = 'ended'): AgentPort & { readonly asked: Request[] } {
  const asked: Request[] = [];
  return {
    asked,
    async enqueue(_tx, request) {
      asked.push(request);
      const verdict = request.permits(TOLD);
      return verdict.ok ? { ok: true, agent: 'north' } : { ok: false, why: verdict.why };
    },
    stop: async () => stops,
  };
}

function applyCommand(agents: AgentPort, filled: WithOf<'command'>, more: Partial<StepCall<'command'>> = {}): Promise<Applied> {
  const kind = createCommandKind({ agents });
  if (!('apply' in kind)) throw new Error('command is applied');
  return kind.apply(NO_TX, callOf('command', filled, more));
}

function applyKubernetes(agents: AgentPort, filled: Partial<WithOf<'kubernetes'>>): Promise<Applied> {
  const kind = createKubernetesKind({ agents });
  if (!('apply' in kind)) throw new Error('kubernetes is applied');
  return kind.apply(NO_TX, callOf('kubernetes', { agent: 'north', action: 'rolloutRestart', namespace: 'shop', target: 'deployment/checkout', tailLines: 100, ...filled }));
}

const RESTART = { agent: 'site=north', command: 'restart', args: { service: 'checkout; rm -rf /' } };

test('a command is handed over as it is, for this try of the step, and waited for', async () => {
  const agents = agentPort();
  const { result } = await applyCommand(agents, RESTART, { attempt: 3, undoing: true });

  expect(result).toMatchObject({ kind: 'waits', for: 'agent', kept: { agent: 'north' } });
  expect(agents.asked).toMatchObject([{ selector: 'site=north', step: { path: 'restart', attempt: 3, undoing: true }, work: { kind: 'command', command: 'restart', args: RESTART.args } }]);
});

test('what no agent permits fails with the reason, before anything is handed over', async () => {
  await expect(applyCommand(agentPort(), { agent: 'north', command: 'reboot', args: {} })).resolves.toMatchObject({ result: { kind: 'failed', error: expect.stringContaining('"reboot" is not in its allow-list; it has restart, status') } });
  expect(permitsCommand(TOLD, 'restart', {})).toEqual({ ok: false, why: '"restart" needs the argument "service"' });
  expect(permitsCommand(TOLD, 'restart', { service: 'a', host: 'b' })).toEqual({ ok: false, why: '"restart" takes no argument "host"' });
  expect(permitsCommand(TOLD, 'restart', { service: 'a' })).toEqual({ ok: true, repeatable: false });
  expect(permitsCommand(TOLD, 'status', {})).toEqual({ ok: true, repeatable: true });
  expect(permitsAction(TOLD, 'rolloutRestart')).toEqual({ ok: true, repeatable: true });
  expect(permitsAction(TOLD, 'cordon')).toMatchObject({ ok: false });
});

test('a restart in a cluster carries the moment of its handing over, so that a second one is none', async () => {
  const agents = agentPort();
  await expect(applyKubernetes(agents, {})).resolves.toMatchObject({ result: { kind: 'waits', for: 'agent' } });
  expect(agents.asked[0]?.work).toEqual({ kind: 'kubernetes', order: { action: 'rolloutRestart', namespace: 'shop', target: 'deployment/checkout', replicas: null, tailLines: 100, at: NOW.toISOString() } });
});

test.each<[Partial<WithOf<'kubernetes'>>, string]>([
  [{ namespace: undefined }, 'rolloutRestart needs a namespace'],
  [{ action: 'scale' }, 'scale needs a whole number of replicas'],
  [{ action: 'scale', replicas: 'many' }, 'scale needs a whole number of replicas'],
  [{ action: 'cordon', target: 'node-1' }, 'cordon is not in its allow-list'],
])('%j is not handed over', async (filled, error) => {
  await expect(applyKubernetes(agentPort(), filled)).resolves.toMatchObject({ result: { kind: 'failed', error: expect.stringContaining(error) } });
});

test('a stop is open while the agent is at it: an undo waits', async () => {
  const call = callOf('command', RESTART);
  await expect(createCommandKind({ agents: agentPort('open') }).stop?.(NO_TX, call, null)).resolves.toBe('open');
  await expect(createCommandKind({ agents: agentPort() }).stop?.(NO_TX, call, null)).resolves.toBe('ended');
});

function newsOf(outcome: string, end: object | null = {}): JsonValue {
  return { order: '7', outcome, end: end === null ? null : { handed: 1, outcome: outcome === 'unknown' ? 'interrupted' : outcome, exitCode: 0, error: null, tail: '', result: null, ...end } };
}

test.each<[string, JsonValue, object | null]>([
  ['well, with JSON', newsOf('succeeded', { tail: '{"restarted":true}\n' }), { kind: 'done', output: { exitCode: 0, stdout: '{"restarted":true}\n', json: { restarted: true } } }],
  ['well, with a text', newsOf('succeeded', { tail: '{ not JSON' }), { kind: 'done', output: { stdout: '{ not JSON', json: null } }],
  ['well, in a cluster', newsOf('succeeded', { exitCode: null, result: { before: 2, replicas: 5 } }), { kind: 'done', output: { result: { before: 2, replicas: 5 } } }],
  ['with an exit code', newsOf('failed', { exitCode: 3, error: 'exit code 3', tail: 'one\nno such unit\n' }), { kind: 'failed', retryable: true, error: 'exit code 3: no such unit' }],
  ['too late', newsOf('timed_out', { exitCode: null, error: 'took longer than 30 s' }), { kind: 'failed', retryable: true }],
  ['refused', newsOf('refused', { exitCode: null, error: 'the argument "service" does not look like [a-z]+' }), { kind: 'failed', retryable: false, error: expect.stringContaining('the agent refused: the argument') }],
  ['cancelled', newsOf('cancelled', { exitCode: null, error: 'cancelled' }), { kind: 'failed', retryable: false }],
  ['the lease passed', newsOf('unknown', null), { kind: 'failed', unknown: true, retryable: false }],
  ['the agent was killed', newsOf('unknown'), { kind: 'failed', unknown: true, retryable: false }],
  ['of something else', { approved: true }, null],
])('cap 76: an end that is told: %s', (_name, data, expected) => {
  const result = resultOfNews(data, 'it ran');
  if (expected === null) expect(result).toBeNull();
  else expect(result).toMatchObject(expected);
});

test('a wake that says nothing of an order leaves the step waiting', async () => {
  const kind = createCommandKind({ agents: agentPort() });
  await expect(kind.resume?.(NO_TX, callOf('command', RESTART), { agent: 'north' }, { by: 'time' })).resolves.toMatchObject({ result: { kind: 'waits', for: 'agent', kept: { agent: 'north' } } });
});
