/** Who may do what: the one table. Nothing else in the service decides by role. */
import { OPERATION_NAMES, type OperationName, type Role } from '#contract';
import { notAllowedError } from '../platform/errors.ts';

const EVERYBODY: readonly Role[] = ['viewer', 'responder', 'commander', 'manager', 'admin', 'auditor'];
const RESPONDERS: readonly Role[] = ['responder', 'commander', 'manager', 'admin'];
const COMMANDERS: readonly Role[] = ['commander', 'manager', 'admin'];
const MANAGERS: readonly Role[] = ['manager', 'admin'];
const ADMINS: readonly Role[] = ['admin'];
/** Names and addresses of people: those who assign work, and those who check what was done. */
const PEOPLE_READERS: readonly Role[] = [...COMMANDERS, 'auditor'];
/** What the product keeps about its own use. */
const RECORD_READERS: readonly Role[] = [...MANAGERS, 'auditor'];
/** Those who may be on call, and those who check what was done. */
const FEED_READERS: readonly Role[] = [...RESPONDERS, 'auditor'];
const ACCESS_READERS: readonly Role[] = [...ADMINS, 'auditor'];

/** Roles that may call each operation. Every operation of the contract has its line. */
export const PERMISSIONS: Record<OperationName, readonly Role[]> = {
  getMe: EVERYBODY,
  listUsers: PEOPLE_READERS,
  // Names alone; who answers an incident must be able to call others.
  listPeople: FEED_READERS,
  setUserRole: ADMINS,
  listApiTokens: ACCESS_READERS,
  createApiToken: ADMINS,
  revokeApiToken: ADMINS,

  listIncidents: EVERYBODY,
  countIncidents: EVERYBODY,
  declareIncident: RESPONDERS,
  getIncident: EVERYBODY,
  editIncident: RESPONDERS,
  promoteIncident: RESPONDERS,
  rejectIncident: COMMANDERS,
  acknowledgeIncident: RESPONDERS,
  identifyIncident: RESPONDERS,
  startMitigation: RESPONDERS,
  mitigateIncident: RESPONDERS,
  resolveIncident: COMMANDERS,
  reviewIncident: COMMANDERS,
  closeIncident: COMMANDERS,
  reopenIncident: COMMANDERS,
  cancelIncident: COMMANDERS,
  setIncidentSeverity: COMMANDERS,
  assignCommander: COMMANDERS,
  mergeIncident: COMMANDERS,
  splitIncident: COMMANDERS,
  moveAlerts: COMMANDERS,
  listRegroupings: EVERYBODY,
  undoRegrouping: COMMANDERS,
  setIncidentFields: RESPONDERS,
  makeIncidentPrivate: COMMANDERS,
  makeIncidentOpen: COMMANDERS,
  setIncidentMembers: COMMANDERS,
  // That there are some, never what they are about.
  listPrivateIncidents: ACCESS_READERS,
  enterPrivateIncident: ADMINS,
  getBlastRadius: EVERYBODY,
  getSimilarIncidents: EVERYBODY,
  getChangesBefore: EVERYBODY,
  getCauses: EVERYBODY,
  listPredictions: EVERYBODY,
  getAccuracy: EVERYBODY,
  addHypothesis: RESPONDERS,
  judgeCause: RESPONDERS,
  listTimeline: EVERYBODY,
  addNote: RESPONDERS,
  reviseNote: RESPONDERS,
  listWarRooms: EVERYBODY,
  openWarRoom: RESPONDERS,
  listTasks: EVERYBODY,
  listIncidentTasks: EVERYBODY,
  createTask: RESPONDERS,
  getTask: EVERYBODY,
  editTask: RESPONDERS,
  completeTask: RESPONDERS,
  cancelTask: RESPONDERS,
  reopenTask: RESPONDERS,
  listIncidentAlerts: EVERYBODY,
  getIncidentLanes: EVERYBODY,

  getDeclarePolicy: EVERYBODY,
  putDeclarePolicy: MANAGERS,
  getSeverityPolicy: EVERYBODY,
  putSeverityPolicy: MANAGERS,
  getIncidentTypes: EVERYBODY,
  putIncidentTypes: MANAGERS,

  listAlerts: EVERYBODY,
  getAlert: EVERYBODY,
  getAlertTrend: EVERYBODY,

  listSources: EVERYBODY,
  createSource: ADMINS,
  editSource: ADMINS,
  deleteSource: ADMINS,
  issueSourceToken: ADMINS,
  revokeSourceToken: ADMINS,
  sendTestAlert: ADMINS,
  // Raw payloads may hold more than an alert would show.
  listDeadLetters: RECORD_READERS,
  replayDeadLetter: MANAGERS,
  discardDeadLetter: ADMINS,
  getMapping: EVERYBODY,
  putMapping: MANAGERS,
  listUnmapped: EVERYBODY,
  previewSourceMapping: ADMINS,
  previewFingerprint: ADMINS,
  reconcileSource: ADMINS,
  getGrafanaConnection: EVERYBODY,
  putGrafanaConnection: ADMINS,
  testGrafanaConnection: ADMINS,

  getCorrelation: EVERYBODY,
  putCorrelationDraft: MANAGERS,
  discardCorrelationDraft: MANAGERS,
  activateCorrelationDraft: MANAGERS,
  listCorrelationVersions: EVERYBODY,
  revertCorrelation: MANAGERS,
  getLearning: EVERYBODY,
  learnNow: MANAGERS,
  listLearned: EVERYBODY,
  forgetLearned: MANAGERS,
  ignoreLearned: MANAGERS,
  allowLearned: MANAGERS,
  listBackTests: EVERYBODY,
  startBackTest: MANAGERS,
  getBackTest: EVERYBODY,
  cancelBackTest: MANAGERS,
  getJudgement: EVERYBODY,
  putJudgement: RESPONDERS,
  deleteJudgement: RESPONDERS,
  listJudgements: EVERYBODY,

  listNoiseRules: EVERYBODY,
  createNoiseRule: COMMANDERS,
  editNoiseRule: COMMANDERS,
  deleteNoiseRule: COMMANDERS,
  previewNoiseScope: RESPONDERS,
  listHeldBack: EVERYBODY,
  listNoiseScores: EVERYBODY,
  listMaintenance: EVERYBODY,
  createMaintenance: COMMANDERS,
  editMaintenance: COMMANDERS,
  // Ending one only lets alerts through again: whoever is on call at night must be able to.
  endMaintenance: RESPONDERS,
  previewMaintenance: RESPONDERS,
  closeMaintenanceOfChange: COMMANDERS,
  listSilences: EVERYBODY,
  createSilence: RESPONDERS,
  editSilence: RESPONDERS,
  expireSilence: RESPONDERS,
  getSilenceSync: EVERYBODY,
  syncSilences: RESPONDERS,
  listServices: EVERYBODY,
  createService: MANAGERS,
  getService: EVERYBODY,
  putService: MANAGERS,
  deleteService: MANAGERS,
  getServiceStates: EVERYBODY,
  importServices: MANAGERS,
  exportCatalog: EVERYBODY,
  listBusinessServices: EVERYBODY,
  createBusinessService: MANAGERS,
  putBusinessService: MANAGERS,
  deleteBusinessService: MANAGERS,
  getInfrastructure: EVERYBODY,
  putInfrastructure: MANAGERS,
  editInfrastructure: MANAGERS,
  importInfrastructure: MANAGERS,
  importBusinessServices: MANAGERS,
  listProposals: EVERYBODY,
  learnDependencies: MANAGERS,
  acceptProposal: MANAGERS,
  rejectProposal: MANAGERS,
  listUnresolved: EVERYBODY,
  listChanges: EVERYBODY,
  recordChange: RESPONDERS,
  listIncidentChanges: EVERYBODY,
  listEnrichmentTables: EVERYBODY,
  createEnrichmentTable: MANAGERS,
  putEnrichmentTable: MANAGERS,
  deleteEnrichmentTable: MANAGERS,
  listExtractionRules: EVERYBODY,
  createExtractionRule: MANAGERS,
  putExtractionRule: MANAGERS,
  deleteExtractionRule: MANAGERS,
  tryDerivation: RESPONDERS,

  listRunbooks: EVERYBODY,
  createRunbook: COMMANDERS,
  getRunbook: EVERYBODY,
  putRunbookDraft: COMMANDERS,
  discardRunbookDraft: COMMANDERS,
  publishRunbook: MANAGERS,
  retireRunbook: MANAGERS,
  reinstateRunbook: MANAGERS,
  listRunbookVersions: EVERYBODY,
  getRunbookVersion: EVERYBODY,
  restoreRunbookVersion: COMMANDERS,
  checkRunbook: RESPONDERS,
  importRunbook: COMMANDERS,
  dryRunRunbook: RESPONDERS,
  // Names only, but names tell where there is something to get.
  listRunbookSecrets: PEOPLE_READERS,
  putRunbookSecret: ADMINS,
  deleteRunbookSecret: ADMINS,
  startRun: RESPONDERS,
  listRuns: EVERYBODY,
  getRun: EVERYBODY,
  pauseRun: RESPONDERS,
  resumeRun: RESPONDERS,
  cancelRun: RESPONDERS,
  undoRun: COMMANDERS,
  answerStep: RESPONDERS,
  retryStep: RESPONDERS,
  skipStep: COMMANDERS,
  getStepOutput: EVERYBODY,
  listSuggestions: EVERYBODY,
  getAutomation: EVERYBODY,
  putAutomation: MANAGERS,
  // Whoever sees automation go wrong at night must be able to stop it.
  freezeAutomation: RESPONDERS,
  unfreezeAutomation: COMMANDERS,
  listTriggerRecords: EVERYBODY,
  getRunbookStatistics: EVERYBODY,
  listPreflight: EVERYBODY,
  runPreflight: RESPONDERS,
  listDrills: EVERYBODY,
  createDrill: MANAGERS,
  getDrill: EVERYBODY,
  putDrill: MANAGERS,
  deleteDrill: MANAGERS,
  startDrill: COMMANDERS,
  listDrillRuns: EVERYBODY,
  getDrillRun: EVERYBODY,
  stopDrillRun: COMMANDERS,
  listAgents: EVERYBODY,
  createAgent: ADMINS,
  rotateAgentToken: ADMINS,
  revokeAgent: ADMINS,

  getCommunication: EVERYBODY,
  putCommunication: MANAGERS,
  getCadence: EVERYBODY,
  listUpdatesDue: EVERYBODY,
  getIncidentComms: EVERYBODY,
  pauseUpdates: COMMANDERS,
  resumeUpdates: COMMANDERS,
  listIncidentUpdates: EVERYBODY,
  previewUpdate: RESPONDERS,
  createUpdate: RESPONDERS,
  getUpdate: EVERYBODY,
  getUpdateDeliveries: EVERYBODY,
  editUpdate: RESPONDERS,
  approveUpdate: COMMANDERS,
  publishUpdate: RESPONDERS,
  discardUpdate: RESPONDERS,
  listChannelKinds: EVERYBODY,
  listChannels: EVERYBODY,
  createChannel: MANAGERS,
  // Settings hold addresses of servers and people.
  getChannel: RECORD_READERS,
  editChannel: MANAGERS,
  deleteChannel: MANAGERS,
  testChannel: MANAGERS,
  getChains: EVERYBODY,
  putChains: MANAGERS,
  listDeliveries: EVERYBODY,
  listIncidentDeliveries: EVERYBODY,
  getDelivery: EVERYBODY,
  retryDelivery: RESPONDERS,
  listRehearsals: EVERYBODY,
  startRehearsal: COMMANDERS,
  getRehearsal: EVERYBODY,
  rehearseMyContacts: RESPONDERS,
  getMyRehearsal: EVERYBODY,
  getNotificationSettings: RECORD_READERS,
  putNotificationSettings: MANAGERS,
  getStatusPage: EVERYBODY,
  putStatusPage: MANAGERS,
  previewStatusPage: EVERYBODY,
  listStatusPageLinks: RECORD_READERS,
  createStatusPageLink: MANAGERS,
  revokeStatusPageLink: MANAGERS,
  listStatusMaintenance: EVERYBODY,
  createStatusMaintenance: COMMANDERS,
  editStatusMaintenance: COMMANDERS,
  deleteStatusMaintenance: COMMANDERS,
  getMySubscription: EVERYBODY,
  // One's own: also of those who change nothing else.
  putMySubscription: [...RESPONDERS, 'viewer'],
  listSubscribers: RECORD_READERS,
  removeSubscriber: MANAGERS,
  getPageSync: RECORD_READERS,
  putPageSync: ADMINS,
  retryPageSync: MANAGERS,

  getClockRules: EVERYBODY,
  putClockRules: MANAGERS,
  getIncidentClocks: EVERYBODY,
  getIncidentRoles: EVERYBODY,
  assignRole: COMMANDERS,
  offerRole: RESPONDERS,
  answerRoleOffer: RESPONDERS,
  getMyContacts: EVERYBODY,
  putContactRules: RESPONDERS,
  addContactPoint: RESPONDERS,
  sendContactCode: RESPONDERS,
  verifyContactPoint: RESPONDERS,
  removeContactPoint: RESPONDERS,
  listTeams: EVERYBODY,
  createTeam: MANAGERS,
  getTeam: EVERYBODY,
  putTeam: MANAGERS,
  deleteTeam: MANAGERS,
  syncTeam: MANAGERS,
  searchGrafanaTeams: RECORD_READERS,
  listPolicies: EVERYBODY,
  createPolicy: MANAGERS,
  getPolicy: EVERYBODY,
  putPolicy: MANAGERS,
  deletePolicy: MANAGERS,
  getMobilisation: EVERYBODY,
  startEscalation: RESPONDERS,
  pagePerson: RESPONDERS,
  stopEscalation: RESPONDERS,
  answerPage: RESPONDERS,
  listMyPages: EVERYBODY,

  listSchedules: EVERYBODY,
  createSchedule: MANAGERS,
  getSchedule: EVERYBODY,
  putSchedule: MANAGERS,
  deleteSchedule: MANAGERS,
  listShifts: EVERYBODY,
  previewShifts: RESPONDERS,
  listOnCall: EVERYBODY,
  listMyShifts: EVERYBODY,
  // Their own only, unless they may replace the schedule.
  createOverride: RESPONDERS,
  deleteOverride: RESPONDERS,
  listSwaps: EVERYBODY,
  requestSwap: RESPONDERS,
  acceptSwap: RESPONDERS,
  declineSwap: RESPONDERS,
  withdrawSwap: RESPONDERS,
  getHandOver: EVERYBODY,
  writeHandOver: RESPONDERS,
  // Whoever has it reads without login.
  getScheduleFeed: FEED_READERS,
  renewScheduleFeed: MANAGERS,
  importCalendar: MANAGERS,
  importOnCall: MANAGERS,

  checkConnection: EVERYBODY,
  getStatus: EVERYBODY,
  listAudit: RECORD_READERS,
  streamEvents: EVERYBODY,
};

/** True when a role may call an operation. */
export function isPermitted(operation: OperationName, role: Role): boolean {
  return PERMISSIONS[operation].includes(role);
}

/** Throws "not allowed" unless the caller's role may call the operation. */
export function authorize(operation: OperationName, caller: { readonly role: Role }): void {
  if (isPermitted(operation, caller.role)) return;
  const roles = PERMISSIONS[operation];
  throw notAllowedError(`your role is ${caller.role}, and this takes ${roles.join(', ').replace(/, ([^,]*)$/, ' or $1')}: ask an admin for it`, {
    extra: { operation, role: caller.role, permitted: roles },
  });
}

/** What a role may call, in the order of the contract. */
export function operationsOf(role: Role): OperationName[] {
  return OPERATION_NAMES.filter((operation) => isPermitted(operation, role));
}

/** Roles of Grafana's organisations. */
export const GRAFANA_ROLES = ['Viewer', 'Editor', 'Admin', 'None'] as const;
export type GrafanaRole = (typeof GRAFANA_ROLES)[number];

/**
 * The role that follows from Grafana's. An editor leads incidents, so that a fresh installation can be
 * used before anybody has given out roles; whoever wants it stricter overrides it per user.
 * Null: this person may nothing.
 */
export function deriveRole(grafanaRole: GrafanaRole): Role | null {
  switch (grafanaRole) {
    case 'Viewer':
      return 'viewer';
    case 'Editor':
      return 'commander';
    case 'Admin':
      return 'admin';
    case 'None':
      return null;
  }
}
