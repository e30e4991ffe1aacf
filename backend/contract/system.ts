/** The state of Muster itself: connection check, health of its parts. */
import { z } from 'zod';
import { instant, page, pageQuery, actor, logPosition } from './primitives.ts';

/** One hop between the browser and an incident. `fix` says what to do when it is broken. */
export const connectionHop = z.object({
  hop: z.enum(['plugin_route', 'id_token', 'signing_keys', 'database', 'sources', 'correlator']),
  ok: z.boolean(),
  detail: z.string(),
  fix: z.string().nullable(),
});
export const connectionReport = z.object({ ok: z.boolean(), hops: z.array(connectionHop) });
export type ConnectionReport = z.infer<typeof connectionReport>;

export const systemStatus = z.object({
  version: z.string(),
  now: instant,
  correlator: z.object({
    /** Replica that correlates this organisation now; null while none has taken it. */
    replica: z.string().nullable(),
    lagSeconds: z.number(),
    pendingAlerts: z.number().int(),
  }),
  replicas: z.array(z.object({ id: z.string(), startedAt: instant, lastHeartbeatAt: instant, alive: z.boolean() })),
  alertsFiring: z.number().int(),
});
export type SystemStatus = z.infer<typeof systemStatus>;

/** Names of live events. The stream carries them as `event:`; the timeline as `type`. */
export const EVENT_TYPES = [
  'incident.opened', 'incident.declared', 'incident.promoted', 'incident.rejected', 'incident.acknowledged',
  'incident.identified', 'incident.mitigation_started', 'incident.mitigated', 'incident.resolved',
  'incident.review_started', 'incident.closed', 'incident.reopened', 'incident.cancelled', 'incident.merged',
  'incident.absorbed', 'incident.severity_changed', 'incident.commander_assigned', 'incident.role_assigned', 'incident.role_offered', 'incident.role_declined', 'incident.edited',
  'incident.note_added', 'incident.note_revised', 'incident.alerts_joined', 'incident.alerts_resolved',
  'incident.quiet', 'incident.split', 'incident.split_off', 'incident.alerts_moved_out', 'incident.alerts_moved_in', 'incident.regrouping_undone',
  'incident.assessed', 'incident.reconsidered', 'incident.fields_changed', 'incident_settings.edited',
  'source.created', 'source.edited', 'source.deleted', 'source.token_issued', 'source.token_revoked',
  'source.rejected', 'source.truncated', 'source.test_received', 'dead_letter.replayed', 'dead_letter.discarded', 'mapping.edited',
  'incident.judged', 'incident.hypothesis_added', 'incident.cause_judged', 'incident.recommendation_judged',
  'incident.task_added', 'incident.task_changed', 'incident.task_done', 'incident.task_cancelled', 'incident.task_reopened', 'incident.task_overdue', 'incident.tasks_handed_over',
  'incident.made_private', 'incident.made_open', 'incident.members_changed', 'incident.entered',
  'incident.clock_at_risk', 'incident.clock_breached', 'clock_rules.edited',
  'contacts.point_added', 'contacts.point_verified', 'contacts.point_removed', 'contacts.rules_changed',
  'team.created', 'team.edited', 'team.deleted',
  'escalation_policy.created', 'escalation_policy.edited', 'escalation_policy.deleted',
  'escalation.started', 'escalation.paged', 'escalation.answered', 'escalation.nobody', 'escalation.not_reached', 'escalation.nudged', 'escalation.silent', 'escalation.stopped', 'escalation.exhausted',
  // Only on the live stream, to those from whom an incident was hidden while they looked on.
  'incident.gone',
  'incident.status_updated',
  'incident.update_drafted', 'incident.update_edited', 'incident.update_approved', 'incident.update_discarded', 'incident.update_due', 'incident.update_overdue', 'incident.updates_paused', 'incident.updates_resumed', 'communication.edited',
  'status_page.edited', 'status_page.link_changed', 'status_page.maintenance_changed', 'status_page.sync_edited', 'status_page.sync_failed', 'status_page.synced', 'subscription.changed',
  'runbook.created', 'runbook.draft_edited', 'runbook.draft_discarded', 'runbook.published', 'runbook.retired', 'runbook.reinstated', 'runbook.provisioned', 'runbook.preflight_ended',
  'runbook_secret.edited', 'runbook_secret.deleted',
  'run.queued', 'run.started', 'run.waits', 'run.answered', 'run.step_ended', 'run.step_failed', 'run.step_retried', 'run.step_skipped', 'run.step_undone',
  'run.paused', 'run.resumed', 'run.cancelled', 'run.ended',
  'automation.edited', 'automation.frozen', 'automation.unfrozen', 'automation.held_back', 'automation.suggested',
  'drill.created', 'drill.edited', 'drill.deleted', 'drill.started', 'drill.stopped', 'drill.ended',
  'detector.created', 'detector.edited', 'detector.deleted', 'detector.state_changed', 'detector.failing', 'detector.recovered', 'detector.found', 'detector.judged',
  'agent.created', 'agent.token_issued', 'agent.revoked', 'agent.online', 'agent.offline',
  'channel.created', 'channel.edited', 'channel.deleted', 'channel.rests', 'channel.works_again', 'channel_chains.edited',
  'notification.failed_over', 'notification.failed', 'notification.retried', 'notification_settings.edited', 'rehearsal.started', 'rehearsal.ended', 'heartbeat_out.failed', 'heartbeat_out.works_again',
  'schedule.created', 'schedule.edited', 'schedule.deleted', 'schedule.override_added', 'schedule.override_removed', 'schedule.swap_requested', 'schedule.swap_accepted',
  'schedule.swap_declined', 'schedule.swap_withdrawn', 'schedule.hand_over_written', 'schedule.feed_renewed', 'schedule.calendar_failed', 'schedule.calendar_works_again',
  'correlation.draft_edited', 'correlation.draft_discarded', 'correlation.activated', 'back_test.started', 'back_test.ended',
  'correlation.learned', 'correlation.forgotten', 'correlation.learning_stopped', 'correlation.learning_allowed',
  'grafana_connection.edited',
  'draft_model.edited',
  'prediction.warned', 'prediction.ended', 'helper.mode_changed', 'forecast.warned', 'forecast.ended',
  'noise.rule_created', 'noise.rule_edited', 'noise.rule_deleted', 'noise.rule_warned', 'noise.alerts_held_back',
  'maintenance.created', 'maintenance.edited', 'maintenance.ended',
  'silence.created', 'silence.edited', 'silence.expired', 'silence.synced', 'silence.sync_failed',
  'source.silent', 'source.heard_again', 'source.reconciled',
  'service.created', 'service.edited', 'service.deleted', 'catalog.imported', 'catalog.provisioned', 'business_service.edited',
  'infrastructure.edited', 'dependency.proposed', 'dependency.accepted', 'dependency.rejected', 'change.recorded', 'change.closed',
  'enrichment.edited', 'extraction.edited', 'extraction.flagged',
  'access.role_changed', 'access.token_issued', 'access.token_revoked',
] as const;
export const eventType = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof eventType>;

/**
 * The stream also carries this, at most once a second: alerts changed, in incidents or not. It has no id and no position, says
 * nothing else, and is not sent again to a reader that comes back.
 */
export const ALERTS_CHANGED = 'alerts.changed';

/** What the live stream sends: enough to know what to fetch anew. */
export const liveEvent = z.object({
  position: logPosition,
  type: eventType,
  incident: z.number().int().nullable(),
  at: instant,
  actor,
  data: z.record(z.string(), z.unknown()),
}).meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof liveEvent>;

/** What an event of the audit log is about, for a filter. */
export const AUDIT_SUBJECTS = ['incidents', 'sources', 'noise', 'services', 'correlation', 'detection', 'runbooks', 'communication', 'notifications', 'oncall', 'access'] as const;
export const auditSubject = z.enum(AUDIT_SUBJECTS);
export type AuditSubject = z.infer<typeof auditSubject>;

export const auditQuery = pageQuery.extend({
  type: z.string().max(100).optional(),
  subject: auditSubject.optional(),
  /** Who did it: a person, an API token, a source, or Muster itself. */
  by: actor.shape.kind.optional(),
});
/** An event with the sentence in which the pages tell it. */
export const auditEntry = liveEvent.extend({ text: z.string() }).meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;
export const auditPage = page(auditEntry);
