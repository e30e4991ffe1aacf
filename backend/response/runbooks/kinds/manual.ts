/** Step kind `manual`: a person does it and says so. */
import { answerSignal } from './approval.ts';
import type { KindHandler, StepCall, StepResult } from './kind.ts';

function asking({ with: { instruction, checklist, ask } }: StepCall<'manual'>): StepResult {
  return { kind: 'waits', for: 'input', until: null, look: null, kept: null, question: { kind: 'input', instruction, checklist, ask } };
}

/** The kind. */
export const manualKind: KindHandler<'manual'> = {
  kind: 'manual', effect: 'none',
  describe: ({ instruction }) => `Asks a person to do: ${instruction}`,
  requests: () => [],
  example: ({ ask }) => Object.fromEntries(ask.map(({ name, type }) => [name, type === 'number' ? 1 : type === 'boolean' ? true : 'text'])),
  apply: async (_tx, call) => ({ result: asking(call) }),
  async resume(_tx, call, _kept, wake) {
    if (wake.by === 'time') return { result: asking(call) };
    const { answer, by, comment, values } = answerSignal.parse(wake.data);
    if (answer === 'reject') return { result: { kind: 'failed', error: comment === '' ? `${by.name} could not do it` : `${by.name}: ${comment}`, retryable: false } };
    return { result: { kind: 'done', output: values, text: comment === '' ? `done by ${by.name}` : `done by ${by.name}: ${comment}` } };
  },
};
