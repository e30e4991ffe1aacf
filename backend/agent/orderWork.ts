/** Carries out one order: starts it, beats for it, sends its output, and says how it ended. */
import { randomUUID } from 'node:crypto';
import type { AgentOrder, OrderEnd, OrderWork } from '#contract';
import type { Clock } from '../platform/clock.ts';
import { identifyProcess } from '../platform/db/processIdentity.ts';
import type { Logger } from '../platform/logger.ts';
import { checkKubernetes, invocationOf, RefusedError } from './allowList.ts';
import type { AgentConfig } from './config.ts';
import type { Journal } from './journal.ts';
import type { Cluster } from './kubernetes.ts';
import { MARK_VARIABLE } from './leftovers.ts';
import { createOutputPipe, type OutputPipe } from './outputPipe.ts';
import { startGroup } from './processGroup.ts';
import type { ServiceClient } from './serviceClient.ts';

export interface WorkDeps {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly journal: Journal;
  readonly client: ServiceClient;
  readonly cluster: Cluster | null;
  readonly heartbeatMs: number;
}

type Outcome = Pick<OrderEnd, 'outcome' | 'exitCode' | 'error' | 'result'>;

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
}

const FAILED = { exitCode: null, result: null } as const;

/** Carries it out. Null: the order is another's by now, and nobody asks for its end. `stop` ends it early. */
export async function carryOut(deps: WorkDeps, order: AgentOrder, stop: AbortSignal): Promise<OrderEnd | null> {
  const { config, clock, logger, journal, client, cluster } = deps;
  const { id, handed } = order;
  const mark = randomUUID();
  const ended = new AbortController();
  let why: 'cancelled' | 'timed_out' | 'lost' | 'stopped' | null = null;

  function finish(reason: NonNullable<typeof why>): void {
    why ??= reason;
    ended.abort();
  }

  const onGo = (go: 'on' | 'cancel' | 'lost'): void => {
    if (go !== 'on') finish(go === 'cancel' ? 'cancelled' : 'lost');
  };
  const onStop = (): void => finish('stopped');
  stop.addEventListener('abort', onStop);
  const beating = clock.every(deps.heartbeatMs, () => {
    client.beat(id, handed).then(onGo, (error: unknown) => logger.warn({ order: id, reason: wordsOf(error) }, 'the service does not hear that the order goes on; it is told again'));
  });
  const pipe = createOutputPipe(clock, async (pieces) => {
    try {
      return await client.output(id, handed, pieces);
    } catch (error) {
      logger.warn({ order: id, reason: wordsOf(error) }, 'output could not be sent; it is sent again');
      throw error;
    }
  }, onGo);

  async function runCommand(work: Extract<OrderWork, { kind: 'command' }>, out: OutputPipe): Promise<Outcome> {
    const invocation = invocationOf(config.commands, work.command, work.args);
    const group = startGroup(clock, { ...invocation, env: { ...invocation.env, [MARK_VARIABLE]: mark } }, (stream, text) => out.write(stream, text));
    if (group.pid !== null) journal.started(id, await identifyProcess(group.pid));
    const limit = clock.after(invocation.timeoutMs, () => finish('timed_out'));
    ended.signal.addEventListener('abort', () => group.stop());
    if (ended.signal.aborted) group.stop();
    const { exitCode, error } = await group.done;
    limit.stop();
    switch (why) {
      case 'timed_out': return { outcome: 'timed_out', exitCode, error: `took longer than ${Math.round(invocation.timeoutMs / 1000)} s`, result: null };
      case 'cancelled': return { outcome: 'cancelled', exitCode, error: 'cancelled', result: null };
      case 'stopped': return { outcome: 'interrupted', exitCode, error: 'the agent was stopped', result: null };
      default: return exitCode === 0 ? { outcome: 'succeeded', exitCode, error: null, result: null } : { outcome: 'failed', exitCode, error: error ?? `exit code ${exitCode ?? 'unknown'}`, result: null };
    }
  }

  async function callCluster(work: Extract<OrderWork, { kind: 'kubernetes' }>, out: OutputPipe): Promise<Outcome> {
    if (cluster === null || config.kubernetes === undefined) throw new RefusedError('this agent does nothing in a cluster');
    checkKubernetes(config.kubernetes.allow, work.order);
    try {
      const result = await cluster.perform(work.order, ended.signal, (stream, text) => out.write(stream, text));
      return { outcome: 'succeeded', exitCode: null, error: null, result };
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      if (why === 'cancelled' || why === 'stopped') return { ...FAILED, outcome: why === 'cancelled' ? 'cancelled' : 'interrupted', error: wordsOf(error) };
      return { ...FAILED, outcome: 'failed', error: wordsOf(error) };
    }
  }

  let outcome: Outcome;
  try {
    journal.begin(id, handed, mark);
    logger.info({ order: id, what: order.work.kind === 'command' ? order.work.command : `${order.work.order.action} ${order.work.order.target}` }, 'an order begins');
    outcome = order.work.kind === 'command' ? await runCommand(order.work, pipe) : await callCluster(order.work, pipe);
  } catch (error) {
    if (!(error instanceof RefusedError)) logger.error({ err: error, order: id }, 'an order could not be carried out');
    outcome = { ...FAILED, outcome: error instanceof RefusedError ? 'refused' : 'failed', error: wordsOf(error) };
  } finally {
    beating.stop();
    stop.removeEventListener('abort', onStop);
  }
  await pipe.close();
  logger.info({ order: id, outcome: outcome.outcome, exitCode: outcome.exitCode }, 'an order ended');
  return why === 'lost' ? null : { ...outcome, handed, tail: pipe.tail() };
}
