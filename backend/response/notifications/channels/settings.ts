/** Parts of settings that several kinds of channels have. Pure. */
import { z } from 'zod';

/** A web address without a login in it. */
export const webAddress = z.string().trim().max(2_000).refine((text) => {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
}, 'is not a web address (https://…, without a name and password in it)');

/** Where a provider's API begins, without a slash at the end. */
export function apiAddress(usual: string) {
  return webAddress.transform((text) => text.replace(/\/+$/, '')).default(usual);
}

/** E.164: what gateways take. */
export const phoneNumber = z.string().trim().regex(/^\+[1-9]\d{6,14}$/, 'is not a telephone number in international form, such as +491701234567');

export const emailAddress = z.email('is not an e-mail address').max(254);

/** The secret by this name; null when it was not given. */
export function secretOf(secrets: Readonly<Record<string, string>>, name: string): string | null {
  const value = secrets[name];
  return value === undefined || value === '' ? null : value;
}

/** Says that a secret is missing, or is no web address where it must be one; null when it is right. */
export function addressFault(secrets: Readonly<Record<string, string>>, field: string): { readonly field: string; readonly message: string } | null {
  const value = secretOf(secrets, field);
  if (value === null) return { field, message: 'is missing' };
  const checked = webAddress.safeParse(value);
  return checked.success ? null : { field, message: checked.error.issues[0]?.message ?? 'is not a web address' };
}

/** A missing secret; null when it is there. */
export function missing(secrets: Readonly<Record<string, string>>, field: string): { readonly field: string; readonly message: string } | null {
  return secretOf(secrets, field) === null ? { field, message: 'is missing' } : null;
}
