/** A service with something of everything in it, so that each operation has something to work on. */
import { channelId, sourceId, COMMAND_OPERATIONS, type AlertId, type CallOf, type Incident, type LifecycleCommand, type OperationName, type SourceId, type UserKey } from '../../backend/contract/index.ts';
import { SLACK_BOT_TOKEN, startSlack } from '../channels/slack.ts';
import { eventually, startTestApp, type Answer, type TestApp } from '../harness/app.ts';
import { ADA_ADMIN, VERA_VIEWER } from '../harness/grafana.ts';
import { grafanaAlert } from '../harness/pipeline.ts';
import { findTestPort } from '../harness/ports.ts';

/** How an operation is called so that it succeeds. */
export interface Exercise<N extends OperationName> {
  readonly input: CallOf<N>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Prepares what the operation needs and says how to call it. Runs once, as an admin. */
export type Exercises<N extends OperationName> = { readonly [K in N]: (stage: Stage) => Promise<Exercise<K>> };

export interface Stage {
  readonly muster: TestApp;
  /** A source that has sent alerts. */
  readonly source: SourceId;
  /** Somebody seen in the organisation. */
  readonly viewer: UserKey;
  /** Calls an operation as an admin, which must succeed. */
  must<N extends OperationName>(operation: N, input?: CallOf<N>, headers?: Record<string, string>): Promise<Answer<N>['body']>;
  /** Posts an alert of a service. */
  alert(service: string): Promise<void>;
  /** Alerts of a service of their own make a candidate. */
  candidate(): Promise<Incident>;
  /** Alerts that belong to no incident. */
  freeAlerts(count: number): Promise<AlertId[]>;
  /** Declares an incident and carries commands out on it, each with a reason. */
  incident(...commands: readonly LifecycleCommand[]): Promise<Incident>;
  /** Posts a body that cannot be read and gives the id under which it is kept. */
  deadLetter(body?: string): Promise<string>;
  /** A channel over a chat, the stand-in of Slack; always the same one. */
  chat(): Promise<string>;
  /** A new name, for what must not be there yet. */
  name(): string;
  close(): Promise<void>;
}

/** The version of something as the `If-Match` of a change of it. */
export function ifMatch(seen: { readonly version: number }): Record<string, string> {
  return { 'If-Match': `"${seen.version}"` };
}

/** Starts it. */
export async function startStage(): Promise<Stage> {
  // A known port, so that the service reaches itself with its test alert.
  const port = String(await findTestPort());
  // Answers as they leave in production: nothing is taken out on the way.
  const slack = await startSlack();
  const muster = await startTestApp({ checkResponses: false, env: { MUSTER_PORT: port } });
  const source = sourceId.parse('grafana');
  const token = await muster.addSource(ADA_ADMIN, source);
  let made = 0;

  async function must<N extends OperationName>(operation: N, input?: CallOf<N>, headers?: Record<string, string>): Promise<Answer<N>['body']> {
    const answer = await muster.call(ADA_ADMIN, operation, input, headers);
    if (answer.status >= 300) throw new Error(`${operation} gave ${JSON.stringify(answer.problem)}`);
    return answer.body;
  }

  function name(): string {
    made += 1;
    return `thing-${made}`;
  }

  async function alert(service: string): Promise<void> {
    await muster.postWebhook(source, token, { groupKey: '{}:{}', alerts: [grafanaAlert({ fingerprint: service, service, startsAt: Date.now() })] });
  }

  async function candidate(): Promise<Incident> {
    const service = name();
    await alert(service);
    const list = await eventually(() => must('listIncidents', { query: { phase: 'candidate', service } }), ({ items }) => items.length > 0);
    const number = list.items[0]?.number;
    if (number === undefined) throw new Error('no candidate');
    return must('getIncident', { params: { number } });
  }

  /** Alerts of one candidate, taken out of it; one more stays. */
  async function freeAlerts(count: number): Promise<AlertId[]> {
    const service = name();
    const alerts = Array.from({ length: count + 1 }, (_, index) => grafanaAlert({ fingerprint: `${service}-${index}`, service, startsAt: Date.now() }));
    await muster.postWebhook(source, token, { groupKey: '{}:{}', alerts });
    const list = await eventually(() => must('listIncidents', { query: { phase: 'candidate', service } }), ({ items }) => items[0]?.alertsTotal === count + 1);
    const number = list.items[0]?.number;
    if (number === undefined) throw new Error('no candidate');
    const { items } = await must('listIncidentAlerts', { params: { number } });
    const taken = items.slice(0, count).map((alert) => alert.id);
    await must('moveAlerts', { params: { number }, body: { alerts: taken, into: null, reason: 'to have them free' } });
    return taken;
  }

  async function deadLetter(body = '{"broken": '): Promise<string> {
    await muster.postWebhook(source, token, body);
    const [newest] = (await must('listDeadLetters')).items;
    if (newest === undefined) throw new Error('nothing was kept');
    return newest.id;
  }

  let chatId: Promise<string> | null = null;
  function chat(): Promise<string> {
    chatId ??= must('createChannel', {
      body: { id: channelId.parse('a-chat'), kind: 'slack', name: 'Chat', config: { mode: 'bot', apiUrl: `${slack.url}/api` }, secrets: { botToken: SLACK_BOT_TOKEN } },
    }).then(({ id }) => id);
    return chatId;
  }

  const viewer = (await muster.call(VERA_VIEWER, 'getMe')).body.user.key;
  return {
    muster, source, viewer, must, name, chat, alert, candidate, freeAlerts, deadLetter,
    async incident(...commands) {
      let incident = await must('declareIncident', { body: { title: `Incident ${name()}`, severity: 'sev2' } });
      for (const command of commands) incident = await must(COMMAND_OPERATIONS[command], { params: { number: incident.number }, body: { reason: 'a reason that is long enough' } });
      return incident;
    },
    async close() {
      await muster.close();
      await slack.close();
    },
  };
}
