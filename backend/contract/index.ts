/** Everything that crosses the wire between Muster, its pages and its callers. */
export * from './primitives.ts';
export * from './errors.ts';
export * from './alerts.ts';
export * from './assessment.ts';
export * from './incidentSettings.ts';
export * from './incidentStates.ts';
export * from './incidents.ts';
export * from './incidentTimes.ts';
export * from './lanes.ts';
export * from './backtests.ts';
export * from './correlation.ts';
export * from './judgements.ts';
export * from './learning.ts';
export * from './privacy.ts';
export * from './reasons.ts';
export * from './notifications.ts';
export * from './tasks.ts';
export * from './comms.ts';
export * from './statusPage.ts';
export * from './roles.ts';
export * from './oncall/people.ts';
export * from './escalation.ts';
export * from './clocks.ts';
export * from './subscriptions.ts';
export * from './regrouping.ts';
export * from './sources.ts';
export * from './sourceRules.ts';
export { parseJsonPath, type JsonPath } from './jsonPath.ts';
export * from './grafana.ts';
export * from './noise.ts';
export * from './maintenance.ts';
export * from './silences.ts';
export * from './catalog.ts';
export * from './changes.ts';
export * from './derivation.ts';
export * from './access.ts';
export * from './runbooks/index.ts';
export * from './warRooms.ts';
export * from './similar.ts';
export * from './causes.ts';
export * from './whatChanged.ts';
export * from './predictions.ts';
export * from './oncall/index.ts';
export * from './system.ts';
export {
  operations, OPERATION_NAMES, COMMAND_OPERATIONS,
  type CallOf, type Operation, type OperationName, type RequestOf, type ResponseOf,
} from './api.ts';
