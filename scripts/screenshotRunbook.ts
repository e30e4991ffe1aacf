/** A procedure for the pictures, and a run of it that has come half way. */
import { setTimeout as delay } from 'node:timers/promises';

const ID = 'relieve-payments-db';
const SOURCE = `# Written after the outage of March.
apiVersion: muster/v1
kind: Runbook
metadata:
  id: ${ID}
  title: Relieve payments-db
  description: Connections run out, and everything that pays waits for them.
  services: [payments-db]
inputs:
  - { name: service, type: string, from: panel.variables.service, default: payments-db, title: Service }
  - { name: connections, type: number, default: 290, title: Connections in use }
policy:
  automation: approve
  minutesSaved: 20
steps:
  - id: share
    name: How full is the pool?
    kind: script
    with:
      code: "return { percent: Math.round(scope.inputs.connections / 3) };"
  - id: look
    name: Look at what holds the connections
    kind: manual
    with:
      instruction: "The pool of **{{ inputs.service }}** is at {{ steps.share.output.percent }} %. Look who holds its connections."
      checklist: [Sessions idle in a transaction, Long statements, A deploy within the last hour]
  - id: both
    name: Relieve it
    kind: parallel
    lanes:
      - name: sessions
        steps:
          - id: mayEnd
            name: End idle sessions?
            kind: approval
            with: { question: "End all sessions of {{ inputs.service }} that have been idle in a transaction for a minute?", role: responder }
      - name: callers
        steps:
          - id: calm
            name: Wait for the callers
            kind: wait
            with: { for: 5m }
  - id: quiet
    name: Is it quiet again?
    kind: waitUntil
    with: { condition: 'alerts.all(a, a.state == "resolved")', every: 15s, timeout: 20m }
`;

/** Writes and publishes it unless it is there, starts it and does its first manual step; gives the number of the run. */
export async function fillRunbook(call: (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Response>): Promise<string> {
  const made = await call('POST', '/runbooks', { source: SOURCE });
  if (made.status !== 409) await call('POST', `/runbooks/${ID}/publish`, { note: 'After the outage of March' }, { 'If-Match': made.headers.get('etag') ?? '' });
  const started: unknown = await (await call('POST', `/runbooks/${ID}/runs`, { inputs: { connections: 291 }, start: 'page', incident: 1 })).json();
  if (typeof started !== 'object' || started === null || !('id' in started) || typeof started.id !== 'string') throw new Error('the run has no number');
  const { id } = started;
  // the script before it takes a moment
  for (let tries = 0; tries < 40; tries += 1) {
    const answered = await call('POST', `/runs/${id}/answer`, { step: 'look', answer: 'done', comment: 'Old sessions of the nightly report hold 210 of them.' });
    if (answered.ok) break;
    await delay(250);
  }
  return id;
}
