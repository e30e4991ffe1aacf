/** How Muster signs what it posts to others, so that they can tell who sent it and that it is fresh. */
import { createHmac } from 'node:crypto';

/** HMAC-SHA256 over `<timestamp>.<body>`, as `sha256=<hex>`. */
export function signatureOf(key: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** The headers of a signed body: `X-Muster-Timestamp` in seconds since 1970, and `X-Muster-Signature` when there is a key. */
export function signatureHeaders(key: string | null, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return { 'X-Muster-Timestamp': timestamp, ...(key === null ? {} : { 'X-Muster-Signature': signatureOf(key, timestamp, body) }) };
}
