/** Ingest: takes alerts in, proves their origin, normalises them, and logs every change of their state. */
export {
  countAlertChanges, logReconsidered, oldestChangeAfter, pendingAlertChanges, readAlertChanges, readAlertsSince, readFiringAlerts, readRecentAlertChanges, severityOf, severityRank, spanOfAlertChanges,
  type AlertChange, type AlertChangeKind, type LoggedChange,
} from './alertLog.ts';
export { alertIdOf, alertKeyOf, splitAlertId } from './identity.ts';
export { createIntake, type Intake, type IntakeDeps, type IntakeResult, type PayloadOrigin } from './intake.ts';
export { createGenericIntake } from './generic/genericIntake.ts';
export { createRuleIntake, type RuleIntake } from './fingerprint/ruleIntake.ts';
export { createHeartbeatWatch, type HeartbeatWatch } from './heartbeat/watch.ts';
export { createReconciler, type Reconciler } from './reconcile/reconciler.ts';
export { createSourceRuleHandlers } from './sourceRoutes.ts';
export { createWebhookListener } from './webhook.ts';
export { createIngestHandlers } from './routes.ts';
export type { PostRequest } from './testAlert.ts';
export { dropPartitions, ensurePartitions, isUpkeepHeldUp } from './partitions.ts';
