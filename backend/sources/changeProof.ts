/**
 * How CI systems prove a delivery with the secret of their webhook: GitHub signs the body
 * (`X-Hub-Signature-256: sha256=<hex>`), GitLab sends the secret itself (`X-Gitlab-Token`). Neither has a time in it,
 * so the same delivery may come again; a change is recorded once by its id, so that does no harm.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HeaderReader } from './signature.ts';

const GITHUB_HEADER = 'x-hub-signature-256';
const GITLAB_HEADER = 'x-gitlab-token';
const GITHUB_SIGNATURE = /^sha256=([0-9a-f]{64})$/i;

export type ChangeProof = { readonly kind: 'github'; readonly signature: string } | { readonly kind: 'gitlab'; readonly secret: string };

/** The proof that a delivery carries; null when it carries none of the two. */
export function changeProofOf(header: HeaderReader): ChangeProof | null {
  const signature = header(GITHUB_HEADER);
  if (signature !== undefined && signature !== '') return { kind: 'github', signature };
  const secret = header(GITLAB_HEADER);
  return secret === undefined || secret === '' ? null : { kind: 'gitlab', secret };
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a proof was made with the secret, over the bytes as they came. Takes as long for a wrong one as for a right one. */
export function provesChange(proof: ChangeProof, secret: string, rawBody: Uint8Array): boolean {
  switch (proof.kind) {
    case 'github': {
      const hex = GITHUB_SIGNATURE.exec(proof.signature)?.[1];
      return hex !== undefined && timingSafeEqual(createHmac('sha256', secret).update(rawBody).digest(), Buffer.from(hex, 'hex'));
    }
    case 'gitlab':
      return timingSafeEqual(digestOf(proof.secret), digestOf(secret));
  }
}
