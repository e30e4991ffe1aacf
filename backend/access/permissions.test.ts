import { OPERATION_NAMES, operations, ROLES, type Operation, type OperationName, type Role } from '#contract';
import { AppError } from '../platform/errors.ts';
import { authorize, deriveRole, isPermitted, operationsOf, PERMISSIONS } from './permissions.ts';

/**
 * The matrix as people would write it down, made apart from the table: the lowest role of the ladder
 * that may call each write, and whether the auditor may read.
 */
const LADDER: readonly Role[] = ['viewer', 'responder', 'commander', 'manager', 'admin'];
const LOWEST_ROLE: Partial<Record<OperationName, Role>> = {
  declareIncident: 'responder', editIncident: 'responder', promoteIncident: 'responder', acknowledgeIncident: 'responder',
  identifyIncident: 'responder', startMitigation: 'responder', mitigateIncident: 'responder', addNote: 'responder', reviseNote: 'responder',
  listWarRooms: 'viewer', openWarRoom: 'responder',
  createTask: 'responder', editTask: 'responder', completeTask: 'responder', cancelTask: 'responder', reopenTask: 'responder',
  setIncidentSeverity: 'commander', assignCommander: 'commander', mergeIncident: 'commander', resolveIncident: 'commander',
  rejectIncident: 'commander', closeIncident: 'commander', reopenIncident: 'commander', cancelIncident: 'commander', reviewIncident: 'commander',
  listUsers: 'commander', listPeople: 'responder', putMapping: 'manager', replayDeadLetter: 'manager', listDeadLetters: 'manager', listAudit: 'manager',
  startBackTest: 'manager', learnNow: 'manager', forgetLearned: 'manager', ignoreLearned: 'manager', allowLearned: 'manager', cancelBackTest: 'manager', putJudgement: 'responder', deleteJudgement: 'responder', addHypothesis: 'responder', writeDraft: 'responder', previewDraft: 'responder', noteDraftOutcome: 'responder', getModelSettings: 'admin', putModelSettings: 'admin', testModel: 'admin', judgeCause: 'responder', judgeRecommendation: 'responder', putHelperMode: 'admin',
  putCorrelationDraft: 'manager', discardCorrelationDraft: 'manager', activateCorrelationDraft: 'manager', revertCorrelation: 'manager',
  putGrafanaConnection: 'admin', testGrafanaConnection: 'admin',
  splitIncident: 'commander', moveAlerts: 'commander', undoRegrouping: 'commander', setIncidentFields: 'responder',
  makeIncidentPrivate: 'commander', makeIncidentOpen: 'commander', setIncidentMembers: 'commander', listPrivateIncidents: 'admin', enterPrivateIncident: 'admin',
  createRunbook: 'commander', putRunbookDraft: 'commander', discardRunbookDraft: 'commander', publishRunbook: 'manager', retireRunbook: 'manager',
  reinstateRunbook: 'manager', restoreRunbookVersion: 'commander', checkRunbook: 'responder', importRunbook: 'commander', dryRunRunbook: 'responder',
  listRunbookSecrets: 'commander', putRunbookSecret: 'admin', deleteRunbookSecret: 'admin', startRun: 'responder', pauseRun: 'responder',
  resumeRun: 'responder', cancelRun: 'responder', undoRun: 'commander', answerStep: 'responder', retryStep: 'responder', skipStep: 'commander',
  putAutomation: 'manager', freezeAutomation: 'responder', unfreezeAutomation: 'commander', runPreflight: 'responder', createDetector: 'manager', putDetector: 'manager', deleteDetector: 'manager', setDetectorState: 'manager', previewDetector: 'manager', previewForecast: 'manager', judgeFinding: 'responder', createDrill: 'manager', putDrill: 'manager', deleteDrill: 'manager', startDrill: 'commander', stopDrillRun: 'commander', createAgent: 'admin',
  rotateAgentToken: 'admin', revokeAgent: 'admin',
  putCommunication: 'manager', previewUpdate: 'responder', createUpdate: 'responder', editUpdate: 'responder', approveUpdate: 'commander', pauseUpdates: 'commander', resumeUpdates: 'commander', publishUpdate: 'responder', discardUpdate: 'responder',
  createChannel: 'manager', getChannel: 'manager', editChannel: 'manager', deleteChannel: 'manager', testChannel: 'manager', putChains: 'manager', retryDelivery: 'responder', startRehearsal: 'commander', rehearseMyContacts: 'responder',
  getNotificationSettings: 'manager', putNotificationSettings: 'manager',
  putStatusPage: 'manager', listStatusPageLinks: 'manager', createStatusPageLink: 'manager', revokeStatusPageLink: 'manager', createStatusMaintenance: 'commander', editStatusMaintenance: 'commander',
  deleteStatusMaintenance: 'commander', listSubscribers: 'manager', removeSubscriber: 'manager', getPageSync: 'manager', putPageSync: 'admin', retryPageSync: 'manager',
  putClockRules: 'manager', assignRole: 'commander', offerRole: 'responder', answerRoleOffer: 'responder', putContactRules: 'responder', addContactPoint: 'responder', sendContactCode: 'responder', verifyContactPoint: 'responder', removeContactPoint: 'responder',
  createTeam: 'manager', putTeam: 'manager', deleteTeam: 'manager', syncTeam: 'manager', searchGrafanaTeams: 'manager', createPolicy: 'manager', putPolicy: 'manager', deletePolicy: 'manager',
  startEscalation: 'responder', pagePerson: 'responder', stopEscalation: 'responder', answerPage: 'responder',
  putDeclarePolicy: 'manager', putSeverityPolicy: 'manager', putIncidentTypes: 'manager',
  createNoiseRule: 'commander', editNoiseRule: 'commander', deleteNoiseRule: 'commander', previewNoiseScope: 'responder',
  createMaintenance: 'commander', editMaintenance: 'commander', endMaintenance: 'responder', previewMaintenance: 'responder',
  closeMaintenanceOfChange: 'commander', createSilence: 'responder', editSilence: 'responder', expireSilence: 'responder', syncSilences: 'responder',
  previewSourceMapping: 'admin', previewFingerprint: 'admin', reconcileSource: 'admin',
  createService: 'manager', putService: 'manager', deleteService: 'manager', importServices: 'manager', importInfrastructure: 'manager', importBusinessServices: 'manager', createBusinessService: 'manager',
  putBusinessService: 'manager', deleteBusinessService: 'manager', putInfrastructure: 'manager', editInfrastructure: 'manager', learnDependencies: 'manager', acceptProposal: 'manager',
  rejectProposal: 'manager', recordChange: 'responder', createEnrichmentTable: 'manager', putEnrichmentTable: 'manager', deleteEnrichmentTable: 'manager',
  createExtractionRule: 'manager', putExtractionRule: 'manager', deleteExtractionRule: 'manager', tryDerivation: 'responder',
  createSchedule: 'manager', putSchedule: 'manager', deleteSchedule: 'manager', previewShifts: 'responder', createOverride: 'responder', deleteOverride: 'responder', requestSwap: 'responder',
  acceptSwap: 'responder', declineSwap: 'responder', withdrawSwap: 'responder', writeHandOver: 'responder', getScheduleFeed: 'responder', renewScheduleFeed: 'manager', importCalendar: 'manager', importOnCall: 'manager',
  createSource: 'admin', editSource: 'admin', deleteSource: 'admin', issueSourceToken: 'admin', revokeSourceToken: 'admin',
  sendTestAlert: 'admin', discardDeadLetter: 'admin', listApiTokens: 'admin', createApiToken: 'admin', revokeApiToken: 'admin', setUserRole: 'admin',
};

function isRead(operation: OperationName): boolean {
  const { method }: Operation = operations[operation];
  return method === 'get';
}

const MATRIX = OPERATION_NAMES.flatMap((operation) => {
  const lowest = LOWEST_ROLE[operation] ?? 'viewer';
  return ROLES.map((role) => ({
    operation,
    role,
    permitted: role === 'auditor' ? isRead(operation) : LADDER.indexOf(role) >= LADDER.indexOf(lowest),
  }));
});

test.each(MATRIX)('cap 131: $role calling $operation: $permitted', ({ operation, role, permitted }) => {
  expect(isPermitted(operation, role)).toBe(permitted);
});

test('cap 131: no operation is without a line, and no line is without an operation', () => {
  expect(Object.keys(PERMISSIONS).sort()).toEqual([...OPERATION_NAMES].sort());
});

/** What is one's own, and nobody else's. */
const OWN: readonly OperationName[] = ['putMySubscription'];

test('cap 131: a viewer can change nothing but what is their own, and an auditor nothing', () => {
  expect(operationsOf('viewer').filter((operation) => !isRead(operation))).toEqual(OWN);
  expect(operationsOf('auditor').filter((operation) => !isRead(operation))).toEqual([]);
});

test('cap 131: an admin may do everything', () => {
  expect(operationsOf('admin')).toEqual(OPERATION_NAMES);
});

test('cap 131: a refusal is a 403 that names the roles that may', () => {
  let refused: unknown;
  try {
    authorize('closeIncident', { role: 'viewer' });
  } catch (error) {
    refused = error;
  }

  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({
    code: 'not_allowed',
    status: 403,
    message: 'your role is viewer, and this takes commander, manager or admin: ask an admin for it',
    extra: { operation: 'closeIncident', role: 'viewer', permitted: ['commander', 'manager', 'admin'] },
  });
});

test.each([
  { grafana: 'Viewer', role: 'viewer' },
  { grafana: 'Editor', role: 'commander' },
  { grafana: 'Admin', role: 'admin' },
  { grafana: 'None', role: null },
] as const)("Grafana's $grafana becomes $role", ({ grafana, role }) => {
  expect(deriveRole(grafana)).toBe(role);
});
