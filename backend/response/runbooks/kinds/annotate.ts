/** Step kind `annotate`: marks a moment on dashboards. A tag of the step's key makes sure that a second try makes no second mark. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { incidentKey } from '#contract';
import type { KindHandler, StepCall } from './kind.ts';
import { failed, failureOf } from './outcome.ts';
import type { EffectPorts } from './ports.ts';

const PATH = '/api/annotations';
const found = z.array(z.looseObject({ id: z.number().int() }));
const made = z.looseObject({ id: z.number().int() });

/** The tag by which the mark is found again; a hash, since Grafana cuts long tags. */
export function keyTag(key: string): string {
  return `muster-step:${createHash('sha256').update(key).digest('hex').slice(0, 24)}`;
}

function bodyOf(call: StepCall<'annotate'>): object {
  const { text, tags, dashboard } = call.with;
  const incident = call.incident === null ? [] : [incidentKey(call.incident)];
  return {
    time: call.now.getTime(), text, tags: [...new Set(['muster', ...incident, ...tags, keyTag(call.key)])], ...(dashboard === undefined || dashboard === '' ? {} : { dashboardUID: dashboard }),
  };
}

/** The kind, over the connection to Grafana. */
export function createAnnotateKind({ grafana }: Pick<EffectPorts, 'grafana'>): KindHandler<'annotate'> {
  return {
    kind: 'annotate', effect: 'keyed',
    describe: ({ text, dashboard }) => `Marks on ${dashboard === undefined || dashboard === '' ? 'all dashboards' : `the dashboard ${dashboard}`}: ${text}`,
    requests: ({ text, tags, dashboard }) => [{ to: `Grafana ${PATH}`, method: 'POST', headers: {}, body: JSON.stringify({ text, tags: ['muster', ...tags], ...(dashboard === undefined ? {} : { dashboardUID: dashboard }) }) }],
    example: () => ({ id: 1 }),
    async run(call, signal, out) {
      try {
        const before = found.safeParse(await grafana.call(call.orgId, { method: 'GET', path: PATH, query: { tags: keyTag(call.key), limit: '1', type: 'annotation' } }));
        if (!before.success) return failed("Grafana's answer is no list of annotations");
        const [known] = before.data;
        if (known !== undefined) {
          out.write('note', 'the mark was made by an earlier try\n');
          return { kind: 'done', output: { id: known.id }, text: 'marked' };
        }
        if (signal.aborted) return failed('stopped before the mark was made', true);
        const { id } = made.parse(await grafana.call(call.orgId, { method: 'POST', path: PATH, body: bodyOf(call) }));
        return { kind: 'done', output: { id }, text: 'marked' };
      } catch (error) {
        if (error instanceof z.ZodError) return failed('Grafana does not say the id of the mark');
        return failureOf(error);
      }
    },
  };
}
