/** The webhooks by which a drill speaks: Alertmanager's format, version 4 (Alertmanager documentation, "webhook_config"). Pure. */
import { DRILL_LABEL, type DrillAlert, type DrillRunId } from '#contract';

export interface WebhookGiven {
  readonly run: DrillRunId;
  readonly name: string;
  readonly startedAt: Date;
  readonly alerts: readonly DrillAlert[];
}

/** Alerts in the order in which they are sent. */
export function inOrder(alerts: readonly DrillAlert[]): readonly DrillAlert[] {
  return [...alerts].sort((a, b) => a.afterSeconds - b.afterSeconds);
}

/** How many of the ordered alerts are due so long after the start. */
export function dueCount(alerts: readonly DrillAlert[], passedMs: number): number {
  return inOrder(alerts).filter(({ afterSeconds }) => afterSeconds * 1000 <= passedMs).length;
}

/**
 * The body for some alerts of a run. Sent twice it is a repeat of what is known, as each alert keeps its labels and its start:
 * `from` is the place of the first one in the order.
 */
export function webhookOf({ run, name, startedAt, alerts }: WebhookGiven, from: number, endedAt: Date | null): string {
  const status = endedAt === null ? 'firing' : 'resolved';
  return JSON.stringify({
    version: '4', receiver: 'muster-drills', status, groupKey: `drill/${run}`, truncatedAlerts: 0,
    alerts: alerts.map(({ name: alertname, service, severity, summary, afterSeconds }, index) => ({
      status,
      labels: { alertname, service, severity, [DRILL_LABEL]: run, drill_alert: String(from + index + 1) },
      annotations: { summary: summary === '' ? `${alertname} at ${service}` : summary, description: `Simulated for the drill “${name}”: nothing is wrong.` },
      startsAt: new Date(startedAt.getTime() + afterSeconds * 1000).toISOString(),
      endsAt: endedAt === null ? '0001-01-01T00:00:00Z' : endedAt.toISOString(),
    })),
  });
}
