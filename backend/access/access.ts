/** The module put together from its parts. */
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import type { Logger } from '../platform/logger.ts';
import { createAccessService } from './accessService.ts';
import { createAuthenticate, type AnonymousAccess, type Authenticate } from './authenticate.ts';
import { createGrafanaIdentityVerifier } from './grafanaIdentity.ts';
import { createPluginSecrets, type PluginToken } from './pluginSecret.ts';
import type { EventSink, KeySetFetch } from './ports.ts';
import { createAccessRoutes, type AccessOperation } from './routes.ts';
import { createSigningKeys, type SigningKeys } from './signingKeys.ts';
import { createUserDirectory } from './userDirectory.ts';

export interface AccessOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly recordEvent: EventSink;
  /** Reads Grafana's key set. */
  readonly fetch: KeySetFetch;
  readonly grafana: {
    /** Where Muster reaches Grafana. */
    readonly url: string;
    /** Grafana's `root_url`: what its ID tokens name as issuer. */
    readonly rootUrl: string;
  };
  readonly pluginTokens: readonly PluginToken[];
  readonly anonymous: AnonymousAccess;
}

export interface Access {
  readonly authenticate: Authenticate;
  readonly handlers: Handlers<AccessOperation>;
  /** Reads Grafana's signing keys and says how it went; for the connection check. */
  checkSigningKeys: SigningKeys['check'];
}

/** Authentication, roles and API tokens over one database and one Grafana. */
export function createAccess(options: AccessOptions): Access {
  const { db, clock, grafana } = options;
  const keys = createSigningKeys({ ...options, grafanaUrl: grafana.url });
  const users = createUserDirectory(options);
  const authenticate = createAuthenticate({
    db,
    clock,
    users,
    pluginSecrets: createPluginSecrets(options.pluginTokens),
    identities: createGrafanaIdentityVerifier({ keys, rootUrl: grafana.rootUrl, clock }),
    anonymous: options.anonymous,
  });
  const service = createAccessService({ ...options, users });
  return { authenticate, handlers: createAccessRoutes({ db, service }), checkSigningKeys: () => keys.check() };
}
