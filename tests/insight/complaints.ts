/** Alerts that come to a service on the clock of a test, and all of them read by whoever says what may break soon. */
import type { SimulatedClock } from '../../backend/platform/clock.ts';
import { eventually, type TestApp } from '../harness/app.ts';
import { grafanaAlert } from '../harness/pipeline.ts';

export interface Complaints {
  /** One alert of a rule, now. */
  fire(name: string, service: string, severity: 'info' | 'critical', labels?: Record<string, string>): Promise<void>;
  /** Time goes on until everything that was logged so far has been read. */
  read(): Promise<void>;
}

/** Over a source of the service. */
export function complaintsOver(muster: TestApp, clock: SimulatedClock, token: string): Complaints {
  let sent = 0;
  return {
    async fire(name, service, severity, labels = {}) {
      sent += 1;
      await muster.postWebhook('grafana', token, { groupKey: `${sent}`, alerts: [grafanaAlert({ name, fingerprint: `${name}-${service}-${sent}`, service, severity, labels, startsAt: clock.nowMs() })] });
    },
    async read() {
      await eventually(async () => {
        clock.advance(1_000);
        const [row] = await muster.database.db.query<{ behind: number }>(
          'select count(*)::integer as behind from alert_log as l where l.org_id = 1 and l.position > coalesce((select s.position from prediction_states as s where s.org_id = 1), 0)',
        );
        return row?.behind;
      }, (behind) => behind === 0);
    },
  };
}
