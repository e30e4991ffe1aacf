/** Step kind `silence`: silences alerts here and in Grafana; its undo ends the silence. */
import { parseDuration, silenceBody } from '#contract';
import type { Transaction } from '../../../platform/db/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { actorOf } from './byRunbook.ts';
import type { Applied, KindHandler, StepCall } from './kind.ts';
import { failed, failureOf } from './outcome.ts';
import type { EffectPorts } from './ports.ts';

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : undefined;
}

/** The silence that the step made: `steps.<id>.output.id`. */
function madeBy(call: StepCall<'silence'>): string | null {
  const step = call.path.split('/').at(-1) ?? '';
  const id = memberOf(memberOf(memberOf(call.scope['steps'], step), 'output'), 'id');
  return typeof id === 'string' ? id : null;
}

/** The kind, over the silences. */
export function createSilenceKind({ silences }: Pick<EffectPorts, 'silences'>): KindHandler<'silence'> {
  async function end(tx: Transaction, call: StepCall<'silence'>): Promise<Applied> {
    const id = madeBy(call);
    if (id === null) return { result: failed('the step says no silence that could be ended') };
    try {
      const events = await silences.expire(tx, call.orgId, actorOf(call), id, null);
      return { result: { kind: 'done', output: { id }, text: 'silence ended' }, events };
    } catch (error) {
      if (error instanceof AppError && error.code === 'conflict') return { result: { kind: 'done', output: { id }, text: 'the silence was over already' } };
      throw error;
    }
  }

  return {
    kind: 'silence', effect: 'own',
    describe: (filled) => `Silences alerts with ${filled.matchers.map(({ name, value }) => `${name}="${value}"`).join(', ')} for ${filled.for}`,
    requests: () => [],
    example: () => ({ id: '00000000-0000-4000-8000-000000000000', endsAt: '2026-01-01T00:00:00.000Z' }),
    async apply(tx, call) {
      try {
        if (call.undoing) return await end(tx, call);
        const length = parseDuration(call.with.for);
        if (length === null) return { result: failed(`"${call.with.for}" is no duration`) };
        const endsAt = new Date(call.now.getTime() + length).toISOString();
        const body = silenceBody.safeParse({
          matchers: call.with.matchers.map(({ name, value }) => ({ name, operator: '=', value })), endsAt, comment: `${call.with.comment} (runbook “${call.title}”)`,
        });
        if (!body.success) return { result: failed(body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')) };
        const { id, events } = await silences.create(tx, call.orgId, actorOf(call), body.data);
        return { result: { kind: 'done', output: { id, endsAt }, text: `silent until ${endsAt}` }, events };
      } catch (error) {
        return { result: failureOf(error) };
      }
    },
  };
}
