/** Step kind `statusUpdate`: tells on the timeline how it stands. */
import { parseDuration } from '#contract';
import { commandBy, NO_INCIDENT } from './byRunbook.ts';
import type { KindHandler } from './kind.ts';
import { failed, failureOf } from './outcome.ts';
import type { EffectPorts } from './ports.ts';

/** The kind, over the incidents. */
export function createStatusUpdateKind({ incidents }: Pick<EffectPorts, 'incidents'>): KindHandler<'statusUpdate'> {
  return {
    kind: 'statusUpdate', effect: 'own',
    describe: (filled) => `Puts on the timeline: ${filled.text}`,
    requests: () => [],
    example: () => ({ nextUpdateAt: null }),
    async apply(tx, call) {
      if (call.incident === null) return { result: failed(NO_INCIDENT) };
      const { text, nextUpdate } = call.with;
      const delay = nextUpdate === undefined ? null : parseDuration(nextUpdate);
      const nextUpdateAt = delay === null ? null : new Date(call.now.getTime() + delay);
      try {
        const events = await incidents.updateStatus(tx, commandBy(call), call.incident, text, nextUpdateAt);
        return { result: { kind: 'done', output: { nextUpdateAt: nextUpdateAt?.toISOString() ?? null }, text: 'status told' }, events };
      } catch (error) {
        return { result: failureOf(error) };
      }
    },
  };
}
