/** Puts the module together: what the correlator writes through, and what is served over HTTP. */
import { createPlannedWorkLookup } from '../noise/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { Handlers } from '../platform/http/route.ts';
import { createAlertHandlers } from './alertRoutes.ts';
import { createIncidentChanges, type IncidentChanges } from './changes.ts';
import { createImpactHandlers } from './impactRoutes.ts';
import type { CatalogLookup, LeadingCauses, RoleMoved } from './ports.ts';
import { createRoles, type RoleOperation, type Roles } from './roles/index.ts';
import { createPrivacyService } from './privacyService.ts';
import { createRegrouper } from './regrouper.ts';
import { createIncidentHandlers, type IncidentOperation } from './routes.ts';
import { createIncidentService, type IncidentService, type UserDirectory } from './service.ts';
import { createSettingsService, type SettingsService } from './settingsService.ts';
import type { SettingsReader } from './settingsStore.ts';
import type { LifecycleRules } from './stateMachine.ts';
import { createTimesReader } from './timesReader.ts';

export interface IncidentsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly users: UserDirectory;
  readonly rules: LifecycleRules;
  readonly settings: SettingsReader;
  readonly catalog: CatalogLookup;
  readonly roleMoved: RoleMoved;
  readonly leadingCauses: LeadingCauses;
}

export interface Incidents {
  readonly service: IncidentService;
  /** For whoever changes incidents in a transaction of their own. */
  readonly changes: IncidentChanges;
  readonly settings: Pick<SettingsService, 'provision'>;
  /** For whoever gives roles in a transaction of their own. */
  readonly takeRole: Roles['take'];
  readonly handlers: Handlers<IncidentOperation | RoleOperation | 'listAlerts' | 'getAlert' | 'getAlertTrend' | 'listIncidentAlerts' | 'getIncidentLanes' | 'getBlastRadius' | 'listRegroupings'> & SettingsService['handlers'];
}

/** Makes the module over a database. */
export function createIncidents(deps: IncidentsDeps): Incidents {
  const { db, clock, users, rules, settings, catalog, roleMoved, leadingCauses } = deps;
  const regrouper = createRegrouper({ db, clock, rules, settings, catalog });
  const privacy = createPrivacyService({ db, clock });
  const changes = createIncidentChanges({ rules, settings, regrouper, privacy });
  const service = createIncidentService({ db, clock, users, changes, roleMoved });
  const times = createTimesReader({ db, clock, plannedWork: createPlannedWorkLookup(db) });
  const settingsService = createSettingsService({ db, clock, settings });
  const roles = createRoles({ db, clock, users, roleMoved });
  return {
    service,
    takeRole: roles.take,
    changes,
    settings: settingsService,
    handlers: {
      ...createIncidentHandlers({ db, clock, users, service, regrouper, settings, catalog, rules, times, privacy, leadingCauses }),
      ...createAlertHandlers({ db, clock }),
      ...createImpactHandlers({ db, settings, catalog, leadingCauses }),
      ...settingsService.handlers,
      ...roles.handlers,
    },
  };
}
