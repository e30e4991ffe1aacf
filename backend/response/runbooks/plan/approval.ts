/** The approval that comes before a run which did not start by a person's wish. Pure. */
import { FIRST_APPROVAL, type LeafStep } from '#contract';

/** The step. */
export function approvalStep(title: string, role: 'responder' | 'commander' | 'manager' | 'admin', reason: string | null): LeafStep {
  // Not a template: nothing of it is filled in.
  const plain = (text: string): string => text.replaceAll('{{', '{ {');
  return {
    id: FIRST_APPROVAL, name: 'Approval before the first step', kind: 'approval', continueOnError: false,
    with: { question: plain(`Run “${title}”?${reason === null || reason === '' ? '' : ` Why: ${reason}.`}`), role, people: 1, otherwise: 'reject', onReject: 'fail' },
  };
}
