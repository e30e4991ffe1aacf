/** Step kind `declare`: promotes the candidate of the run, or declares an incident. */
import { declareIncidentBody, incidentKey } from '#contract';
import { AppError } from '../../../platform/errors.ts';
import { commandBy } from './byRunbook.ts';
import type { KindHandler } from './kind.ts';
import { failed, failureOf } from './outcome.ts';
import type { EffectPorts } from './ports.ts';

const BEFORE_DECLARATION = ['candidate', 'rejected', 'cancelled'];

/** The kind, over the incidents. */
export function createDeclareKind({ incidents }: Pick<EffectPorts, 'incidents'>): KindHandler<'declare'> {
  return {
    kind: 'declare', effect: 'own',
    describe: ({ title, severity }) => (title === undefined ? 'Declares the candidate of the run' : `Declares “${title}” as ${severity.toUpperCase()}`),
    requests: () => [],
    example: () => ({ number: 1 }),
    async apply(tx, call) {
      const { title, severity, services, reason } = call.with;
      const command = commandBy(call);
      try {
        if (title !== undefined) {
          // The incident of a drill is there already; another one would be real.
          if (call.drill) return { result: { kind: 'done', output: { number: call.incident ?? 1 }, text: 'drill: not declared' } };
          const body = declareIncidentBody.safeParse({ title, severity, services });
          if (!body.success) return { result: failed(body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')) };
          const { number, events } = await incidents.declare(tx, command, call.now, body.data, reason);
          return { result: { kind: 'done', output: { number }, text: `${incidentKey(number)} declared` }, events };
        }
        const { incident: number } = call;
        if (number === null) return { result: failed('the run is not for a candidate; give the step a title to declare a new incident') };
        try {
          const events = await incidents.run(tx, command, call.now, number, 'promote', reason);
          return { result: { kind: 'done', output: { number }, text: `${incidentKey(number)} declared` }, events };
        } catch (error) {
          const state = error instanceof AppError && error.code === 'conflict' ? error.extra?.['state'] : undefined;
          if (typeof state !== 'string' || [...BEFORE_DECLARATION, 'duplicate'].includes(state)) throw error;
          return { result: { kind: 'done', output: { number }, text: `${incidentKey(number)} was declared already` } };
        }
      } catch (error) {
        return { result: failureOf(error) };
      }
    },
  };
}
