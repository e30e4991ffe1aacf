/** Why a call out failed, in words without secrets. */

export type OutboundFault = 'denied' | 'timeout' | 'network' | 'too_large' | 'redirect';

/** A path part that is a word; anything else may be a token. */
const PLAIN_PART = /^(?:[a-z][a-z_.-]{0,19}|v\d{1,2})?$/;

/** What undici says when an answer, or the rest of it, does not come (its docs/docs/api/Errors.md). */
const TIMEOUT_CODES: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** The address without user, query and fragment, and with every path part cut that is not a plain word. */
export function redactUrl(url: URL): string {
  const path = url.pathname.split('/').map((part) => (PLAIN_PART.test(part) ? part : '…')).join('/');
  return `${url.protocol}//${url.host}${path}`;
}

/** A call that got no answer. `retryable` says whether trying again can help. */
export class OutboundError extends Error {
  readonly reason: OutboundFault;
  readonly retryable: boolean;

  constructor(reason: OutboundFault, message: string) {
    super(message);
    this.name = 'OutboundError';
    this.reason = reason;
    this.retryable = reason === 'timeout' || reason === 'network';
  }

  /**
   * Makes one of whatever was thrown; the innermost one of ours wins. The thrown error itself is not kept as
   * cause: messages of lower layers quote headers and addresses, and a cause ends up in the log.
   */
  static from(error: unknown, url: URL, timedOut: boolean): OutboundError {
    for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
      if (inner instanceof OutboundError) return inner;
    }
    let cause: unknown = error;
    while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
    const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'no connection';
    // The transport has clocks of its own, which may be the first to strike.
    if (timedOut || TIMEOUT_CODES.has(code)) return new OutboundError('timeout', `${redactUrl(url)}: no answer in time`);
    return new OutboundError('network', `${redactUrl(url)}: ${code}`);
  }
}
