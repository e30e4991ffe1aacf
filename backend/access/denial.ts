/** Why a caller was not believed, and what to do about it. The connection check shows these texts. */
import { AppError } from '../platform/errors.ts';

export const DENIAL_REASONS = [
  'no_secret', 'wrong_secret', 'no_id_token', 'bad_id_token', 'expired_id_token', 'wrong_org', 'wrong_issuer',
  'keys_unreachable', 'anonymous_denied', 'identity_type_denied', 'role_missing', 'role_none',
  'unknown_token', 'token_revoked', 'token_expired',
] as const;
export type DenialReason = (typeof DENIAL_REASONS)[number];

const KEYS_RETRY_SECONDS = 30;

const DETAILS: Record<DenialReason, string> = {
  no_secret:
    'the request carries no secret: call Muster through Grafana\'s plugin, or with an API token; in the plugin\'s configuration the field for the service token must be filled',
  wrong_secret:
    'the secret is not one that Muster knows: put the same token into the plugin\'s configuration and into Muster\'s own (grafana.orgs, or MUSTER_PLUGIN_TOKEN)',
  no_id_token:
    'Grafana sent no signed ID token: use Grafana 12 or later, or switch on the feature toggle idForwarding (GF_FEATURE_TOGGLES_ENABLE=idForwarding) in Grafana 10.1 to 11; if it is on, look for signing errors in Grafana\'s log',
  bad_id_token:
    'Grafana\'s ID token could not be verified: check that grafana.url leads to the same Grafana that shows this page',
  expired_id_token: 'Grafana\'s ID token has expired: reload the page; if it stays, compare the clocks of Grafana and Muster',
  wrong_org:
    'the ID token is for another organisation than the plugin\'s secret: give each organisation its own token in the plugin\'s configuration',
  wrong_issuer:
    'the ID token was issued under another address: set grafana.rootUrl to what Grafana has as root_url ([server] root_url)',
  keys_unreachable:
    'Grafana\'s signing keys cannot be read: check that Muster reaches grafana.url and that /api/signing-keys/keys answers there',
  anonymous_denied: 'you are not signed in to Grafana: sign in, or set grafana.anonymous to "read" in Muster\'s configuration',
  identity_type_denied: 'only people and service accounts of Grafana may use Muster',
  role_missing:
    'Grafana\'s ID token names no organisation role: Muster needs Grafana 12 or later, which puts it there',
  role_none: 'your role in this Grafana organisation is "None": ask an admin of Grafana for at least Viewer',
  unknown_token: 'the API token is not known: make one under Settings, Access',
  token_revoked: 'the API token was revoked: make a new one under Settings, Access',
  token_expired: 'the API token has expired: make a new one under Settings, Access',
};

/**
 * The error for a denial. Always 403: Grafana's client takes a 401 for an ended session, renews it and
 * sends the request again. Only unreachable keys are nobody's fault and answer 503.
 */
export function denial(reason: DenialReason, cause?: unknown): AppError {
  const options = { extra: { reason }, ...(cause === undefined ? {} : { cause }) };
  if (reason === 'keys_unreachable') {
    return new AppError('unavailable', 503, DETAILS[reason], { ...options, retryAfterSeconds: KEYS_RETRY_SECONDS });
  }
  return new AppError('unauthenticated', 403, DETAILS[reason], options);
}
