/**
 * The token of a link by which a page is answered without a login: `<organisation>.<page>.<expiry>.<key id>.<HMAC>`, numbers in
 * base 36. It names one page, which takes one answer; the HMAC binds all of it.
 */
import { orgId, pageId, type OrgId, type PageId } from '#contract';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';

const PURPOSE = 'respond-link';
const TOKEN = /^([0-9a-z]{1,11})\.([0-9a-z]{1,13})\.([0-9a-z]{1,11})\.([a-z0-9-]{1,32}\.[A-Za-z0-9_-]{43})$/;

export interface RespondToken {
  readonly orgId: OrgId;
  readonly page: PageId;
  readonly expiresAt: Date;
}

function signed(org: string, page: string, expiry: string): string {
  return `${org}.${page}.${expiry}`;
}

/** Makes the token of a page. */
export function makeRespondToken(ring: Pick<KeyRing, 'mac'>, { orgId: org, page, expiresAt }: RespondToken): string {
  const text = signed(Number(org).toString(36), BigInt(page).toString(36), expiresAt.getTime().toString(36));
  return `${text}.${ring.mac(text, PURPOSE)}`;
}

/** What a token says; null when it is not one of ours. An expired one is read all the same, to be told so. */
export function readRespondToken(ring: Pick<KeyRing, 'isMac'>, token: string): RespondToken | null {
  const [, org = '', page = '', expiry = '', mac = ''] = TOKEN.exec(token) ?? [];
  if (mac === '' || !ring.isMac(mac, signed(org, page, expiry), PURPOSE)) return null;
  const number = [...page].reduce((sum, digit) => sum * 36n + BigInt(parseInt(digit, 36)), 0n);
  return { orgId: orgId.parse(parseInt(org, 36)), page: pageId.parse(number.toString()), expiresAt: new Date(parseInt(expiry, 36)) };
}
