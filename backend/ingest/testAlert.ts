/**
 * Sends a test alert the way a sender would (real HTTP to the configured address, with a token that
 * lives a minute) and says for each hop whether it got there. A test alert never becomes an alert.
 */
import { randomBytes } from 'node:crypto';
import type { OrgId, SourceId, TestAlertResult } from '#contract';
import { ALL_SEEING } from '../access/index.ts';
import { listEvents, newestEventPosition } from '../eventlog/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { conflictError } from '../platform/errors.ts';
import type { TestToken } from '../sources/index.ts';

/** Posts to an address; the guarded client. */
export type PostRequest = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<{ readonly status: number; readonly body: string }>;

export interface TestAlertDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly post: PostRequest;
  /** How senders reach this service. */
  readonly publicUrl: string;
  readonly issueTestToken: (orgId: OrgId, source: SourceId) => Promise<TestToken>;
  /** True when some replica correlates the organisation and is not behind. */
  readonly correlatorOk: (orgId: OrgId) => Promise<{ readonly ok: boolean; readonly detail: string }>;
}

type Step = TestAlertResult['steps'][number];

/** A payload like the one that Grafana's "Test" button sends. */
function testPayload(fingerprint: string, at: Date): string {
  return JSON.stringify({
    receiver: 'muster-test', status: 'firing', version: '1', groupKey: `muster-test-${fingerprint}`, truncatedAlerts: 0,
    alerts: [{
      status: 'firing', labels: { alertname: 'TestAlert', instance: 'Grafana' }, annotations: { summary: 'Notification test' },
      startsAt: at.toISOString(), endsAt: '0001-01-01T00:00:00Z', fingerprint, values: { B: 1 },
    }],
  });
}

/** Sends the test alert and follows it. */
export async function sendTestAlert(deps: TestAlertDeps, orgId: OrgId, source: SourceId): Promise<TestAlertResult> {
  const { db, clock } = deps;
  const token = await deps.issueTestToken(orgId, source);
  if (token.kind === 'change') throw conflictError('a source of changes takes no test alert: let its sender post a change');
  const before = await newestEventPosition(db, orgId);
  const fingerprint = randomBytes(8).toString('hex');
  const sentAt = clock.now();
  const body = testPayload(fingerprint, sentAt);
  const url = `${deps.publicUrl}${token.path}`;
  const headers = {
    'Content-Type': 'application/json', Authorization: `Bearer ${token.token}`, ...token.signatureHeaders(Buffer.from(body)),
  };
  const steps: Step[] = [];
  let answer: { status: number; body: string };
  try {
    answer = await deps.post(url, headers, body);
    steps.push({ hop: 'sent', ok: true, at: sentAt.toISOString(), detail: `posted to ${url}`, fix: null });
  } catch (error) {
    steps.push({
      hop: 'sent', ok: false, at: sentAt.toISOString(), detail: `${url} cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'set http.publicUrl (MUSTER_PUBLIC_URL) to an address under which senders, and Muster itself, reach this service',
    });
    return { ok: false, steps };
  }
  const accepted = answer.status === 202;
  steps.push({
    hop: 'accepted', ok: accepted, at: clock.now().toISOString(), detail: accepted ? 'answered 202' : `answered ${answer.status}: ${answer.body.slice(0, 300)}`,
    fix: accepted ? null : 'the answer says what is wrong; the same would happen to real alerts',
  });
  if (!accepted) return { ok: false, steps };
  const events = await listEvents(db, orgId, { viewer: ALL_SEEING, types: ['source.test_received'], order: 'oldest', beyond: before, limit: 100 });
  const stored = events.find((event) => event.data['fingerprint'] === fingerprint);
  steps.push({
    hop: 'stored', ok: stored !== undefined, at: stored?.at ?? null,
    detail: stored === undefined ? 'it is not in the event log' : `in the event log at ${stored.position}`,
    fix: stored === undefined ? 'the address leads to another installation of Muster: check http.publicUrl' : null,
  });
  const correlator = await deps.correlatorOk(orgId);
  steps.push({
    hop: 'correlated', ok: correlator.ok, at: null,
    detail: correlator.ok ? `${correlator.detail}; a test alert is recognised and opens no incident` : correlator.detail,
    fix: correlator.ok ? null : 'start a replica with the role "correlator" and look at /readyz',
  });
  return { ok: steps.every((step) => step.ok), steps };
}
