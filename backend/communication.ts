/** Puts communication together: its way out, its watches, and the listener of the status page. */
import { createComms, type Comms, type CommsPorts } from './response/comms/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config/config.ts';
import type { Database } from './platform/db/database.ts';
import type { Logger } from './platform/logger.ts';
import { createOutboundClient, type OutboundOptions } from './platform/outbound/client.ts';
import type { KeyRing } from './platform/secrets/keyRing.ts';

export interface CommunicationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: Config;
  readonly ring: KeyRing;
  /** Where Muster itself may call. */
  readonly allowed: OutboundOptions;
  readonly ports: Omit<CommsPorts, 'urlOfIncident'>;
}

export interface Communication extends Pick<Comms, 'handlers' | 'settings' | 'statusPage' | 'byProgram' | 'jobs'> {
  /** Watches what is due, tells subscribers, carries over to Statuspage.io: where jobs run. */
  startWork(): void;
  /** Makes the pages ready, and listens for readers if this process serves them. Gives the port; null: it does not listen. */
  startPages(serves: boolean): Promise<number | null>;
  /** Stops all of it. */
  close(): Promise<void>;
}

const STATUSPAGE_HOST = 'api.statuspage.io';

/** Makes it. Nothing works by itself until it is started. */
export function createCommunication({ db, clock, logger, config, ring, allowed, ports }: CommunicationDeps): Communication {
  const toStatuspage = createOutboundClient({ ...allowed, allow: [...allowed.allow, STATUSPAGE_HOST] });
  const comms = createComms({
    db, clock, logger: logger.child({ module: 'comms' }), orgs: config.grafana.orgs.map((org) => org.id), ring, callOut: (request) => toStatuspage.call(request), statusPage: config.statusPage,
    trustProxy: config.http.trustProxy, ports: { ...ports, urlOfIncident: (number) => `${config.grafana.rootUrl.replace(/\/$/, '')}/a/muster-incidents-app/incidents/${number}` },
  });
  const work = [comms.dueWatch, comms.fanoutWatch, comms.syncWatch];
  let server: Awaited<ReturnType<Comms['serve']>> = null;
  return {
    handlers: comms.handlers, settings: comms.settings, statusPage: comms.statusPage, byProgram: comms.byProgram, jobs: comms.jobs,
    startWork() {
      for (const watch of work) watch.start();
    },
    async startPages(serves) {
      const listens = serves && config.statusPage.port !== null;
      if (!listens && config.statusPage.exportDir === null) return null;
      comms.pages.tick();
      comms.pages.start();
      server = listens ? await comms.serve() : null;
      return server?.port ?? null;
    },
    async close() {
      await server?.close();
      await comms.pages.close();
      await Promise.all(work.map((watch) => watch.close()));
      await toStatuspage.close();
    },
  };
}
