/** Step kind `statusUpdate`: tells on the timeline how it stands, or writes an update for an audience, which is published as its rules say. */
import { parseDuration } from '#contract';
import { commandBy, NO_INCIDENT } from './byRunbook.ts';
import type { KindHandler } from './kind.ts';
import { failed, failureOf } from './outcome.ts';
import type { EffectPorts } from './ports.ts';

/** The kind, over the updates of incidents. */
export function createStatusUpdateKind({ updates }: Pick<EffectPorts, 'updates'>): KindHandler<'statusUpdate'> {
  return {
    kind: 'statusUpdate', effect: 'own',
    describe: (filled) => (filled.audience === undefined ? `Puts on the timeline: ${filled.text}` : `Writes an update for the audience ${filled.audience}: ${filled.text}`),
    requests: () => [],
    example: () => ({ nextUpdateAt: null, state: 'told', update: null }),
    async apply(tx, call) {
      if (call.incident === null) return { result: failed(NO_INCIDENT) };
      const { text, nextUpdate, audience, fields } = call.with;
      const delay = nextUpdate === undefined ? null : parseDuration(nextUpdate);
      const nextUpdateAt = delay === null ? null : new Date(call.now.getTime() + delay);
      try {
        const told = await updates.tell(tx, commandBy(call), call.now, call.incident, { text, nextUpdateAt, audience: audience ?? null, fields: fields ?? {}, key: call.key });
        const said = { told: 'status told', published: 'update published', draft: `update written as a draft${told.missing.length === 0 ? '' : `; to be filled in: ${told.missing.join(', ')}`}` }[told.state];
        return { result: { kind: 'done', output: { nextUpdateAt: nextUpdateAt?.toISOString() ?? null, state: told.state, update: told.update }, text: said }, events: told.events };
      } catch (error) {
        return { result: failureOf(error) };
      }
    },
  };
}
