/** Step kind `approval`: waits until people of the right role have decided. Who may answer is checked where answers come in. */
import { actor, parseDuration, type Actor } from '#contract';
import { z } from 'zod';
import type { Applied, KindHandler, StepCall, StepResult } from './kind.ts';

const keptShape = z.object({ approvedBy: z.array(actor), until: z.number().nullable() });
type Kept = z.infer<typeof keptShape>;

/** An answer to a waiting step, as it is handed to its kind. */
export const answerSignal = z.object({
  answer: z.enum(['approve', 'reject', 'done']), by: actor, comment: z.string(), values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type AnswerSignal = z.infer<typeof answerSignal>;

function asking(call: StepCall<'approval'>, kept: Kept): StepResult {
  const { question, role, people, otherwise } = call.with;
  const until = kept.until === null ? null : new Date(kept.until);
  return {
    kind: 'waits', for: 'approval', until, look: until, kept,
    question: { kind: 'approval', question, role, needed: people, approvedBy: kept.approvedBy, until: until?.toISOString() ?? null, otherwise },
  };
}

function named(people: readonly Actor[]): string {
  return people.map(({ name }) => name).join(' and ');
}

function rejected(call: StepCall<'approval'>, why: string, by: readonly Actor[], comment: string): StepResult {
  const output = { approved: false, by: by.map(({ name }) => name), comment };
  switch (call.with.onReject) {
    case 'fail':
      return { kind: 'failed', error: comment === '' ? why : `${why}: ${comment}`, retryable: false };
    case 'skip':
      return { kind: 'leaves', output };
    case 'continue':
      return { kind: 'done', output, text: why };
  }
}

/** The kind. */
export const approvalKind: KindHandler<'approval'> = {
  kind: 'approval', effect: 'none',
  describe: ({ question }) => `Asks for approval: ${question}`,
  requests: () => [],
  example: () => ({ approved: true, by: ['Ada'], comment: '' }),
  async apply(_tx, call): Promise<Applied> {
    const limit = call.with.timeout === undefined ? null : parseDuration(call.with.timeout);
    return { result: asking(call, { approvedBy: [], until: limit === null ? null : call.now.getTime() + limit }) };
  },
  async resume(_tx, call, given, wake): Promise<Applied> {
    const kept = keptShape.parse(given);
    if (wake.by === 'time') {
      if (kept.until === null || kept.until > call.now.getTime()) return { result: asking(call, kept) };
      if (call.with.otherwise === 'reject') return { result: rejected(call, 'nobody approved it in time', [], '') };
      return { result: { kind: 'done', output: { approved: true, by: [], comment: '' }, text: 'approved, since nobody rejected it in time' } };
    }
    const { answer, by, comment } = answerSignal.parse(wake.data);
    if (answer === 'reject') return { result: rejected(call, `rejected by ${by.name}`, [by], comment) };
    const approvedBy = kept.approvedBy.some(({ key }) => key === by.key) ? kept.approvedBy : [...kept.approvedBy, by];
    if (approvedBy.length < call.with.people) return { result: asking(call, { ...kept, approvedBy }) };
    return { result: { kind: 'done', output: { approved: true, by: approvedBy.map(({ name }) => name), comment }, text: `approved by ${named(approvedBy)}` } };
  },
};
