/** Lives through one incident of the past: alerts come as webhooks, the demo's people do what they did, all through the API. */
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from '../../backend/app.ts';
import { COMMAND_OPERATIONS, orgId, type IncidentNumber, type LifecycleCommand } from '../../backend/contract/index.ts';
import { callAs } from './api.ts';
import { episodesOf } from './episodes.ts';
import type { Story } from './metrics/story.ts';
import { notify } from './notifications.ts';
import type { PastClock } from './pastClock.ts';
import type { PastIncident } from './pastIncidents.ts';

export interface ReliveOptions {
  readonly app: App;
  readonly clock: PastClock;
  readonly hostUrl: string;
  readonly story: Story;
  /** Where alerts are posted, and with which token. */
  readonly webhook: { readonly url: string; readonly token: string };
  readonly signal: AbortSignal;
}

const MINUTE_MS = 60_000;
/** Alerts are told of when all of a group fire. */
const TOLD_AFTER_SECONDS = 120;
/** From then on, so long before the end, it is known what it is; a run waits no longer than twenty minutes for alerts to be resolved. */
const IDENTIFIED_BEFORE_MS = 9 * MINUTE_MS;
/** A run looks every few seconds whether alerts are resolved. */
const RUN_LOOKS_MS = 6_000;
/** Triggers are looked at every two seconds. */
const WATCH_LOOKS_MS = 2_001;
const ASK_EVERY_MS = 50;
const PATIENCE_MS = 20_000;
const LEADER = 'editor';

/** Asks until there is an answer; null when it takes too long. */
async function patiently<T>(signal: AbortSignal, ask: () => Promise<T | null>): Promise<T | null> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    const found = await ask();
    if (found !== null || performance.now() > untilMs) return found;
    await delay(ASK_EVERY_MS);
  }
}

/** Lives through it. Throws when no incident comes of its alerts. */
export async function relive({ app, clock, hostUrl, story, webhook, signal }: ReliveOptions, { kind, services, note, identified, isRestarted, remedy, cause }: PastIncident): Promise<void> {
  const trouble = story.past.find((one) => one.kind === kind);
  if (trouble === undefined) throw new Error(`nothing of the kind ${kind} is planted`);
  const endsAt = Math.round((trouble.toMs - trouble.fromMs) / 1_000);
  const messages = notify({
    startMs: trouble.fromMs, grafanaUrl: hostUrl, untilSeconds: endsAt + 2 * TOLD_AFTER_SECONDS, groupWaitSeconds: TOLD_AFTER_SECONDS, groupIntervalSeconds: endsAt, repeatIntervalSeconds: 2 * endsAt,
  }, episodesOf(trouble.fromMs % 1_000_003, services, endsAt));

  async function tell(status: 'firing' | 'resolved'): Promise<void> {
    for (const { body } of messages.filter((message) => message.body.status === status)) {
      const response = await fetch(webhook.url, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${webhook.token}` } });
      if (!response.ok) throw new Error(`an alert of the past was not taken: ${response.status} ${await response.text()}`);
    }
    await app.correlator?.drain(orgId.parse(1));
  }

  async function command(number: IncidentNumber, name: LifecycleCommand, reason?: string): Promise<void> {
    const { availableCommands } = await callAs(hostUrl, LEADER, 'getIncident', { params: { number } });
    // The run has done it already.
    const known = availableCommands.find((each) => each.command === name);
    if (known === undefined) return;
    await callAs(hostUrl, LEADER, COMMAND_OPERATIONS[name], { params: { number }, body: { reason: known.reasonRequired ? (reason ?? remedy) : reason } });
  }

  const openRun = async (number: IncidentNumber) => (await callAs(hostUrl, LEADER, 'listRuns', { query: { incident: number, state: 'open', limit: 5 } })).items[0] ?? null;

  clock.putForwardTo(trouble.fromMs + 2 * TOLD_AFTER_SECONDS * 1_000);
  await tell('firing');
  const found = await patiently(signal, async () => (await callAs(hostUrl, LEADER, 'listIncidents', { query: { phase: 'open', limit: 5 } })).items[0] ?? null);
  if (found === null) throw new Error(`no incident came of the alerts of ${services.map(({ name }) => name).join(', ')}`);
  const { number } = found;
  await command(number, 'promote', 'Customers feel it');
  await command(number, 'acknowledge', 'I look into it');
  await callAs(hostUrl, LEADER, 'addNote', { params: { number }, body: { text: note } });
  clock.putForwardTo(clock.nowMs() + WATCH_LOOKS_MS);
  const run = await patiently(signal, () => openRun(number));
  clock.putForwardTo(trouble.toMs - IDENTIFIED_BEFORE_MS);
  await command(number, 'identify', identified);
  if (run !== null) {
    const { steps } = await callAs(hostUrl, 'admin', 'getRun', { params: { id: run.id } });
    const waiting = steps.find(({ state }) => state === 'waiting');
    if (waiting !== undefined) await callAs(hostUrl, 'admin', 'answerStep', { params: { id: run.id }, body: { step: waiting.path, answer: isRestarted ? 'approve' : 'reject', comment: isRestarted ? 'Yes' : 'A restart does not help here' } });
  }
  // A step that takes minutes is given up: the clock stands until it is done.
  if (isRestarted && run !== null) {
    await patiently(signal, async () => {
      const { steps } = await callAs(hostUrl, LEADER, 'getRun', { params: { id: run.id } });
      return steps.some(({ path, state }) => path.endsWith('restart') && state === 'succeeded') ? true : null;
    });
  }
  clock.putForwardTo(trouble.toMs + TOLD_AFTER_SECONDS * 1_000);
  await tell('resolved');
  if (isRestarted) {
    clock.putForwardTo(clock.nowMs() + RUN_LOOKS_MS);
    await patiently(signal, async () => ((await openRun(number)) === null ? true : null));
  }
  await command(number, 'mitigate', remedy);
  await command(number, 'resolve');
  const board = await callAs(hostUrl, LEADER, 'getCauses', { params: { number } });
  const suspect = board.items.find(({ service }) => service === cause.service) ?? await callAs(hostUrl, LEADER, 'addHypothesis', { params: { number }, body: { text: cause.text, service: cause.service } });
  await callAs(hostUrl, LEADER, 'judgeCause', { params: { number }, body: { cause: suspect.id, verdict: 'confirmed', note: cause.note } }, suspect.version);
  const left = await openRun(number);
  if (left !== null) await callAs(hostUrl, 'admin', 'cancelRun', { params: { id: left.id }, body: { reason: 'The incident is over', undo: false } });
}
