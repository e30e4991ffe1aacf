/** What stands first on a board of causes, in words. */
import type { ProbableCause } from '#contract';
import { formatShare } from './amounts.ts';

/** Goes on in a line: "probably began in payments-db (93 %)", "cause confirmed: payments-db". */
export function causeText({ text, service, confidence, confirmed }: ProbableCause): string {
  if (confirmed) return `cause confirmed: ${text}`;
  return `probably began in ${service ?? text} (${formatShare(confidence)})`;
}

/** The same as a sentence. */
export function causeSentence(cause: ProbableCause): string {
  const text = causeText(cause);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
