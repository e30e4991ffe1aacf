/** Which cached answers an event makes old. Nothing else is fetched anew. */
import type { LiveEvent } from '#contract';
import { queryKeys, type QueryKey } from '../queryKeys.ts';

/** What is made of all alerts, of incidents or not. */
export const QUERIES_OF_ALERTS: readonly QueryKey[] = [queryKeys.serviceStates, queryKeys.unresolved, queryKeys.alertLists];

/** What a person did is shown in the audit log at once; what alerts do would make it jump all the time. */
export function queriesTouchedBy(event: LiveEvent): readonly QueryKey[] {
  return event.actor.kind === 'user' ? [...queriesOf(event), queryKeys.audit] : queriesOf(event);
}

function queriesOf(event: LiveEvent): readonly QueryKey[] {
  switch (event.type) {
    case 'incident.opened':
    case 'incident.declared':
    case 'incident.promoted':
    case 'incident.rejected':
    case 'incident.acknowledged':
    case 'incident.identified':
    case 'incident.mitigation_started':
    case 'incident.mitigated':
    case 'incident.resolved':
    case 'incident.review_started':
    case 'incident.closed':
    case 'incident.reopened':
    case 'incident.cancelled':
    case 'incident.severity_changed':
    case 'incident.edited':
    case 'incident.quiet':
      return [queryKeys.incidentLists, queryKeys.serviceStates, queryKeys.comms, ...ofIncident(event.incident, ['incident', 'timeline'])];
    case 'incident.commander_assigned':
      return [queryKeys.incidentLists, queryKeys.tasks, queryKeys.mobilisations, ...ofIncident(event.incident, ['incident', 'timeline'])];
    case 'incident.role_assigned':
    case 'incident.role_offered':
    case 'incident.role_declined':
      return [queryKeys.tasks, queryKeys.mobilisations, ...ofIncident(event.incident, ['incident', 'timeline'])];
    case 'clock_rules.edited':
      return [queryKeys.clockRules];
    case 'incident.clock_at_risk':
    case 'incident.clock_breached':
    case 'escalation.started':
    case 'escalation.paged':
    case 'escalation.answered':
    case 'escalation.nobody':
    case 'escalation.not_reached':
    case 'escalation.nudged':
    case 'escalation.silent':
    case 'escalation.stopped':
    case 'escalation.exhausted':
      return [queryKeys.mobilisations, queryKeys.myPages, ...ofIncident(event.incident, ['timeline'])];
    case 'escalation_policy.created':
    case 'escalation_policy.edited':
    case 'escalation_policy.deleted':
      return [queryKeys.policies, queryKeys.mobilisations];
    case 'contacts.point_added':
    case 'contacts.point_verified':
    case 'contacts.point_removed':
    case 'contacts.rules_changed':
      return [queryKeys.myContacts];
    case 'team.created':
    case 'team.edited':
    case 'team.deleted':
      return [queryKeys.teams];
    case 'incident.assessed':
    case 'incident.reconsidered':
    case 'incident.fields_changed':
      return [queryKeys.incidentLists, queryKeys.serviceStates, ...ofIncident(event.incident, ['incident', 'insights', 'timeline'])];
    case 'incident.split':
    case 'incident.split_off':
    case 'incident.alerts_moved_out':
    case 'incident.alerts_moved_in':
    case 'incident.regrouping_undone':
    case 'incident.merged':
    case 'incident.absorbed':
      return [queryKeys.incidentLists, queryKeys.serviceStates, queryKeys.tasks, ...ofIncident(event.incident, ['incident', 'timeline', 'alerts'])];
    case 'incident.alerts_joined':
    case 'incident.alerts_resolved':
      return [queryKeys.incidentLists, queryKeys.serviceStates, ...ofIncident(event.incident, ['incident', 'timeline', 'alerts'])];
    case 'incident.note_added':
      // A war room is told of by a note.
      return [...(event.incident === null ? [] : [queryKeys.warRooms(event.incident)]), ...ofIncident(event.incident, ['timeline'])];
    case 'incident.note_revised':
      return ofIncident(event.incident, ['timeline']);
    case 'incident.task_added':
    case 'incident.task_changed':
    case 'incident.task_done':
    case 'incident.task_cancelled':
    case 'incident.task_reopened':
    case 'incident.task_overdue':
    case 'incident.tasks_handed_over':
      return [queryKeys.tasks, ...ofIncident(event.incident, ['timeline'])];
    case 'incident.made_private':
    case 'incident.made_open':
    case 'incident.members_changed':
    case 'incident.entered':
      return [queryKeys.incidentLists, queryKeys.serviceStates, queryKeys.privateIncidents, queryKeys.tasks, queryKeys.alerts, ...ofIncident(event.incident, ['incident', 'timeline'])];
    case 'incident.gone':
      return [queryKeys.incidentLists, queryKeys.serviceStates, queryKeys.alerts, queryKeys.judgements, queryKeys.tasks, ...ofIncident(event.incident, ['incident', 'timeline', 'alerts'])];
    case 'helper.mode_changed':
      return [queryKeys.accuracies, queryKeys.predictions, queryKeys.insights, queryKeys.incidentLists, queryKeys.incidents, queryKeys.timelines, queryKeys.blastRadii];
    case 'prediction.warned':
      return [queryKeys.predictions];
    case 'prediction.ended':
      return [queryKeys.predictions, queryKeys.accuracies];
    case 'forecast.warned':
      return [queryKeys.forecasts];
    case 'forecast.ended':
      return [queryKeys.forecasts, queryKeys.accuracies];
    case 'incident.hypothesis_added':
      return ofIncident(event.incident, ['insights', 'timeline']);
    case 'incident.recommendation_judged':
      return [queryKeys.accuracies, queryKeys.suggestions, ...ofIncident(event.incident, ['insights', 'timeline'])];
    case 'incident.cause_judged':
      return [queryKeys.accuracies, ...ofIncident(event.incident, ['insights', 'timeline'])];
    case 'incident.judged':
      return [queryKeys.judgements, queryKeys.accuracies, ...ofIncident(event.incident, ['timeline'])];
    case 'incident.status_updated':
      return [queryKeys.comms, queryKeys.statusPage, ...ofIncident(event.incident, ['incident', 'timeline'])];
    case 'incident.update_drafted':
    case 'incident.update_edited':
    case 'incident.update_approved':
    case 'incident.update_discarded':
    case 'incident.update_due':
    case 'incident.update_overdue':
    case 'incident.updates_paused':
    case 'incident.updates_resumed':
      return [queryKeys.comms, ...ofIncident(event.incident, ['timeline'])];
    case 'subscription.changed':
      return [queryKeys.subscriptions];
    case 'status_page.edited':
    case 'status_page.link_changed':
    case 'status_page.maintenance_changed':
    case 'status_page.sync_edited':
    case 'status_page.sync_failed':
    case 'status_page.synced':
      return [queryKeys.statusPage];
    case 'communication.edited':
      return [queryKeys.communication, queryKeys.comms];
    case 'runbook.created':
    case 'runbook.draft_edited':
    case 'runbook.draft_discarded':
    case 'runbook.published':
    case 'runbook.retired':
    case 'runbook.reinstated':
    case 'runbook.provisioned':
    case 'runbook.preflight_ended':
      return [queryKeys.runbooks, queryKeys.suggestions];
    case 'runbook_secret.edited':
    case 'runbook_secret.deleted':
      return [queryKeys.runbookSecrets];
    case 'run.step_ended':
    case 'run.step_failed':
    case 'run.step_retried':
    case 'run.step_skipped':
    case 'run.step_undone':
      return [queryKeys.runs, ...ofIncident(event.incident, ['timeline'])];
    case 'run.queued':
    case 'run.started':
    case 'run.waits':
    case 'run.answered':
    case 'run.paused':
    case 'run.resumed':
    case 'run.cancelled':
      return [queryKeys.runs, ...ofIncident(event.incident, ['timeline']), ...ofWarnings(event)];
    case 'run.ended':
      return [queryKeys.runs, queryKeys.runbooks, queryKeys.suggestions, queryKeys.accuracies, ...ofIncident(event.incident, ['insights', 'timeline']), ...ofWarnings(event)];
    case 'automation.edited':
    case 'automation.frozen':
    case 'automation.unfrozen':
      return [queryKeys.automation, queryKeys.suggestions];
    case 'automation.held_back':
    case 'automation.suggested':
      return [queryKeys.automation, queryKeys.suggestions, ...ofIncident(event.incident, ['timeline']), ...ofWarnings(event)];
    case 'detector.edited':
    case 'detector.deleted':
    case 'detector.state_changed':
      // Accuracy names each detector, its limit and whether it is in shadow.
      return [queryKeys.detectors, queryKeys.accuracies];
    case 'detector.created':
    case 'detector.failing':
    case 'detector.recovered':
      return [queryKeys.detectors];
    case 'detector.found':
    case 'detector.judged':
      // What was found may tell what changed before an incident.
      return [queryKeys.detectors, queryKeys.insights, queryKeys.accuracies];
    case 'drill.created':
    case 'drill.edited':
    case 'drill.deleted':
    case 'drill.started':
    case 'drill.stopped':
    case 'drill.ended':
      return [queryKeys.drills];
    case 'agent.created':
    case 'agent.token_issued':
    case 'agent.revoked':
    case 'agent.online':
    case 'agent.offline':
      return [queryKeys.agents];
    case 'channel.created':
    case 'channel.edited':
    case 'channel.deleted':
    case 'channel.rests':
    case 'channel.works_again':
    case 'channel_chains.edited':
      return [queryKeys.channels];
    case 'notification.failed_over':
    case 'notification.failed':
    case 'notification.retried':
      return [queryKeys.deliveries, queryKeys.channels, ...ofIncident(event.incident, ['timeline'])];
    case 'notification_settings.edited':
    case 'heartbeat_out.failed':
    case 'heartbeat_out.works_again':
      return [queryKeys.notificationSettings];
    case 'rehearsal.started':
    case 'rehearsal.ended':
      return [queryKeys.rehearsals, queryKeys.channels];
    case 'schedule.created':
    case 'schedule.edited':
    case 'schedule.deleted':
    case 'schedule.override_added':
    case 'schedule.override_removed':
    case 'schedule.swap_requested':
    case 'schedule.swap_accepted':
    case 'schedule.swap_declined':
    case 'schedule.swap_withdrawn':
    case 'schedule.hand_over_written':
    case 'schedule.feed_renewed':
    case 'schedule.calendar_failed':
    case 'schedule.calendar_works_again':
      return [queryKeys.onCall];
    case 'source.created':
    case 'source.edited':
    case 'source.deleted':
    case 'source.token_issued':
    case 'source.token_revoked':
    case 'source.truncated':
    case 'source.silent':
    case 'source.heard_again':
    case 'source.reconciled':
    case 'source.test_received':
      return [queryKeys.sources];
    case 'source.rejected':
    case 'dead_letter.replayed':
    case 'dead_letter.discarded':
      return [queryKeys.sources, queryKeys.deadLetters];
    case 'draft_model.edited':
      return [queryKeys.modelSettings];
    case 'grafana_connection.edited':
      return [queryKeys.grafanaConnection];
    case 'incident_settings.edited':
      return [queryKeys.incidentSettings, queryKeys.incidentLists];
    case 'mapping.edited':
      return [queryKeys.mapping, queryKeys.unmapped];
    case 'noise.rule_created':
    case 'noise.rule_edited':
    case 'noise.rule_deleted':
    case 'noise.rule_warned':
      return [queryKeys.noiseRules, queryKeys.heldBack(), queryKeys.alerts];
    case 'noise.alerts_held_back':
      return [queryKeys.noiseRules, queryKeys.heldBack(), queryKeys.maintenance, queryKeys.alerts];
    case 'maintenance.created':
    case 'maintenance.edited':
      return [queryKeys.maintenance, queryKeys.heldBack(), queryKeys.alerts];
    case 'maintenance.ended':
      return [queryKeys.maintenance, queryKeys.heldBack(), queryKeys.alerts, queryKeys.timelines];
    case 'silence.created':
    case 'silence.edited':
    case 'silence.expired':
    case 'silence.synced':
    case 'silence.sync_failed':
      return [queryKeys.silences, queryKeys.heldBack(), queryKeys.alerts];
    case 'correlation.draft_edited':
    case 'correlation.draft_discarded':
    case 'correlation.activated':
      return [queryKeys.correlation];
    case 'correlation.learned':
    case 'correlation.forgotten':
    case 'correlation.learning_stopped':
    case 'correlation.learning_allowed':
      return [queryKeys.learned];
    case 'service.created':
    case 'service.edited':
    case 'service.deleted':
    case 'catalog.imported':
    case 'catalog.provisioned':
    case 'business_service.edited':
    case 'infrastructure.edited':
      return [queryKeys.catalog, queryKeys.serviceStates];
    case 'dependency.proposed':
    case 'dependency.accepted':
    case 'dependency.rejected':
      return [queryKeys.catalog, queryKeys.proposals];
    case 'change.recorded':
    case 'change.closed':
      return [queryKeys.changes, queryKeys.timelines];
    case 'enrichment.edited':
      return [queryKeys.enrichmentTables];
    case 'extraction.edited':
    case 'extraction.flagged':
      return [queryKeys.extractionRules];
    case 'back_test.started':
    case 'back_test.ended':
      return [queryKeys.backTests];
    case 'access.role_changed':
      return [queryKeys.users, queryKeys.me];
    case 'access.token_issued':
    case 'access.token_revoked':
      return [queryKeys.apiTokens];
  }
}

/** Warnings show the runbooks that wait for them; those have no incident. */
function ofWarnings({ incident }: LiveEvent): readonly QueryKey[] {
  return incident === null ? [queryKeys.predictionLists, queryKeys.forecastLists] : [];
}

type Part = 'incident' | 'timeline' | 'alerts' | 'insights';

function ofIncident(number: number | null, parts: readonly Part[]): QueryKey[] {
  if (number === null) {
    return [];
  }
  return parts.flatMap((part) => {
    switch (part) {
      case 'incident':
        return [queryKeys.incident(number)];
      case 'timeline':
        return [queryKeys.timeline(number)];
      case 'insights':
        return [queryKeys.causes(number), queryKeys.changesBefore(number), queryKeys.recommendations(number), queryKeys.summary(number)];
      case 'alerts':
        return [queryKeys.incidentAlerts(number), queryKeys.blastRadius(number), queryKeys.regroupings(number)];
    }
  });
}
