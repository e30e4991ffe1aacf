/** Puts the module together. */
import type { Router } from 'express';
import type { OrgId } from '#contract';
import { createLogWatch, type LogWatch, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Handlers } from '../../platform/http/route.ts';
import type { Logger } from '../../platform/logger.ts';
import type { KeyRing } from '../../platform/secrets/keyRing.ts';
import { createAdvance } from './advance.ts';
import { createAnswers } from './answers.ts';
import { createIncidentClocks, type ClockOperation } from './clocks/clocks.ts';
import { ensureCursor } from './escalationStore.ts';
import { createMobiliser } from './mobiliser.ts';
import { createPager } from './pager.ts';
import { createPolicies, type Policies, type PolicyOperation } from './policies.ts';
import type { EscalationPorts, PageOutcome } from './ports.ts';
import { createRespondRouter } from './respondRoutes.ts';
import { makeRespondToken } from './respondToken.ts';
import { createMobilisationHandlers, type MobilisationOperation } from './routes.ts';
import { createStarter } from './starter.ts';

export type EscalationOperation = PolicyOperation | MobilisationOperation | ClockOperation;

export interface EscalationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly orgs: readonly OrgId[];
  readonly ring: Pick<KeyRing, 'mac' | 'isMac'>;
  readonly ports: EscalationPorts;
  /** Where people reach this service from outside, without a slash at the end. */
  readonly publicUrl: string;
  incidentUrl(number: number): string;
}

export interface EscalationModule {
  readonly handlers: Handlers<EscalationOperation>;
  /** To be mounted at `/respond`, without authentication. */
  readonly router: Router;
  readonly watch: LogWatch;
  readonly provision: Policies['provision'];
  /** For notifications: what became of a page on its way. Gives events to append last. */
  onOutcome(tx: Transaction, outcome: PageOutcome): Promise<readonly NewEvent[]>;
}

/** Makes the module. Nothing of it works by itself until its watch is started. */
export function createEscalation({ db, clock, logger, orgs, ring, ports, publicUrl, incidentUrl }: EscalationDeps): EscalationModule {
  const pager = createPager({ ports, incidentUrl, respondUrl: (orgId, page, expiresAt) => `${publicUrl}/respond/${makeRespondToken(ring, { orgId, page, expiresAt })}` });
  const advance = createAdvance({ pager, ports });
  const starter = createStarter({ advance });
  const answers = createAnswers({ advance, ports });
  const clocks = createIncidentClocks({ db, time: clock });
  const mobiliser = createMobiliser({ db, clock, logger, advance, starter, clocks });
  const policies = createPolicies({ db, clock, ports });
  return {
    handlers: { ...policies.handlers, ...clocks.handlers, ...createMobilisationHandlers({ db, clock, starter, advance, answers, ports }) },
    router: createRespondRouter({ db, clock, ring, answers, ports, incidentUrl }),
    watch: createLogWatch({
      db, clock, logger, orgs, applicationName: 'muster-escalation', prepare: (orgId) => ensureCursor(db, orgId), look: (orgId) => mobiliser.look(orgId),
      fault: 'it could not be looked whom to call; the next look is soon',
    }),
    provision: policies.provision,
    onOutcome: (tx, outcome) => answers.outcome(tx, outcome, clock.now()),
  };
}
