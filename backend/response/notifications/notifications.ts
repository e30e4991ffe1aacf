/** Puts the module together. */
import type { Router } from 'express';
import type { OrgId } from '#contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Job } from '../../platform/jobs/worker.ts';
import type { Logger } from '../../platform/logger.ts';
import type { ProvisioningFile } from '../../platform/provisioning/provisioningFile.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { createWatch, type Watch } from '../../platform/watch.ts';
import { createChannelService } from './channelService.ts';
import { CHANNELS } from './channels/index.ts';
import { beatOut } from './heartbeatOut.ts';
import { forgetMessages } from './messageStore.ts';
import type { NotificationPorts } from './ports.ts';
import { provisionChannels } from './provisioning.ts';
import { createReceiptRouter } from './receipts.ts';
import { createRehearsals } from './rehearsals.ts';
import { createNotificationHandlers, type NotificationOperation } from './routes.ts';
import { createSending, type Sending } from './send.ts';
import { readSettings } from './settings.ts';
import type { KindTable } from './transmit.ts';
import { createNotificationWorker, type NotificationWorker } from './worker.ts';

export interface Notifications extends Sending {
  readonly handlers: Handlers<NotificationOperation>;
  /** Receipts and answers of providers; to be mounted at `RECEIPTS_PATH`. */
  readonly router: Router;
  readonly worker: NotificationWorker;
  /** Rehearsals, and the heartbeat to another system. */
  readonly watch: Watch;
  readonly jobs: readonly Job[];
  provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number>;
}

export interface NotificationsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  readonly ring: Pick<KeyRing, 'open' | 'seal'>;
  readonly orgs: readonly OrgId[];
  readonly publicUrl: string;
  readonly ports: NotificationPorts;
  /** All kinds, unless said otherwise. */
  readonly kinds?: KindTable;
}

const DAY_MS = 86_400_000;
/** How long it is kept who was told what. */
const KEPT_DAYS = 180;
const WATCH_MS = 2_000;

/** Makes the module. Nothing is sent until its worker is started. */
export function createNotifications({ db, clock, logger, replicaId, ring, orgs, publicUrl, ports, kinds = CHANNELS }: NotificationsDeps): Notifications {
  const channels = createChannelService({ db, clock, logger, ring, kinds, publicUrl, ports });
  const sending = createSending({ clock, ports, settingsOf: readSettings });
  const rehearsals = createRehearsals({ db, clock, sending, peopleOf: ports.rehearsalPeople, hasReceipts: (kind) => kinds[kind]?.receipts ?? false, settingsOf: readSettings });
  const listeners = ports.onOutcome;
  return {
    ...sending,
    handlers: createNotificationHandlers({ db, clock, channels, rehearsals }),
    router: createReceiptRouter({ db, clock, ring, kinds, publicUrl, listeners }),
    worker: createNotificationWorker({ db, clock, logger, ring, kinds, publicUrl, ports, listeners, owner: replicaId }),
    watch: createWatch({
      clock, logger, orgs, everyMs: WATCH_MS, fault: 'rehearsals and the heartbeat could not be looked after; the next round tries again',
      async look(orgId) {
        await rehearsals.look(orgId);
        await beatOut({ db, clock, callOut: ports.callOut }, orgId);
      },
    }),
    jobs: [{
      name: 'notifications.forget_old', cron: '13 4 * * *',
      async run() {
        const deliveries = await forgetMessages(db, new Date(clock.nowMs() - KEPT_DAYS * DAY_MS));
        if (deliveries > 0) logger.info({ deliveries }, 'old notifications forgotten');
      },
    }],
    provision: (orgId, file) => provisionChannels({ db, clock, channels }, orgId, file, process.env),
  };
}
