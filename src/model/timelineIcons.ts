import type { IconName } from '@grafana/data';
import { eventType, type EventType } from '#contract';

/** The drawing of a timeline entry; a plain dot for kinds this version does not know. */
export function timelineIcon(type: string): IconName {
  const known = eventType.safeParse(type);
  return known.success ? iconOf(known.data) : 'circle';
}

function iconOf(type: EventType): IconName {
  switch (type) {
    case 'incident.note_added':
    case 'incident.note_revised':
      return 'comment-alt';
    case 'incident.alerts_joined':
      return 'bell';
    case 'incident.alerts_resolved':
    case 'incident.quiet':
      return 'bell-slash';
    case 'incident.severity_changed':
      return 'exclamation-triangle';
    case 'incident.commander_assigned':
    case 'incident.tasks_handed_over':
    case 'incident.members_changed':
    case 'access.role_changed':
      return 'user';
    case 'incident.merged':
    case 'incident.absorbed':
    case 'incident.split':
    case 'incident.split_off':
    case 'incident.alerts_moved_out':
    case 'incident.alerts_moved_in':
      return 'code-branch';
    case 'incident.opened':
    case 'incident.declared':
    case 'incident.promoted':
    case 'incident.reconsidered':
      return 'fire';
    case 'incident.made_private':
    case 'incident.made_open':
    case 'incident.entered':
    case 'incident.gone':
      return 'lock';
    case 'incident.assessed':
      return 'crosshair';
    case 'incident.rejected':
    case 'incident.cancelled':
    case 'incident.task_cancelled':
    case 'source.rejected':
    case 'dead_letter.discarded':
    case 'correlation.draft_discarded':
    case 'correlation.forgotten':
    case 'correlation.learning_stopped':
      return 'ban';
    case 'incident.acknowledged':
    case 'incident.identified':
    case 'incident.mitigation_started':
    case 'incident.mitigated':
    case 'incident.resolved':
    case 'incident.review_started':
    case 'incident.closed':
    case 'correlation.activated':
    case 'correlation.learning_allowed':
    case 'incident.task_done':
    case 'back_test.ended':
      return 'check';
    case 'change.recorded':
    case 'change.closed':
      return 'rocket';
    case 'service.created':
    case 'service.edited':
    case 'service.deleted':
    case 'catalog.imported':
    case 'catalog.provisioned':
    case 'business_service.edited':
    case 'infrastructure.edited':
    case 'dependency.proposed':
    case 'correlation.learned':
    case 'dependency.accepted':
    case 'dependency.rejected':
      return 'sitemap';
    case 'enrichment.edited':
    case 'extraction.edited':
      return 'tag-alt';
    case 'extraction.flagged':
    case 'incident.task_overdue':
      return 'exclamation-triangle';
    case 'incident.reopened':
    case 'incident.task_reopened':
    case 'incident.regrouping_undone':
    case 'dead_letter.replayed':
      return 'history';
    case 'incident.edited':
    case 'back_test.started':
    case 'incident.judged':
    case 'incident.task_added':
    case 'incident.task_changed':
    case 'incident.fields_changed':
    case 'incident_settings.edited':
    case 'mapping.edited':
    case 'grafana_connection.edited':
    case 'source.reconciled':
    case 'source.edited':
    case 'correlation.draft_edited':
    case 'noise.rule_edited':
    case 'maintenance.edited':
    case 'silence.edited':
      return 'pen';
    case 'noise.rule_created':
    case 'noise.rule_deleted':
    case 'noise.rule_warned':
    case 'noise.alerts_held_back':
    case 'silence.created':
    case 'silence.expired':
    case 'silence.synced':
    case 'silence.sync_failed':
      return 'bell-slash';
    case 'maintenance.created':
    case 'maintenance.ended':
      return 'calendar-alt';
    case 'source.created':
    case 'source.deleted':
    case 'source.truncated':
    case 'source.silent':
    case 'source.heard_again':
    case 'source.test_received':
      return 'plug';
    case 'source.token_issued':
    case 'source.token_revoked':
    case 'access.token_issued':
    case 'access.token_revoked':
      return 'key-skeleton-alt';
  }
}
