import type { ResponseOf } from '#contract';

/** A source and its new token, which is shown once. */
export type IssuedToken = ResponseOf<'issueSourceToken'>;
