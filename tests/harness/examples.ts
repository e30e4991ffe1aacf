/**
 * A good request for every operation of the contract, with whatever has to exist for it: so that
 * tests can be generated over all operations, and a new operation without an example fails to compile.
 */
import type { OperationName } from '../../backend/contract/index.ts';
import type { JsonOperationName } from '../../backend/platform/http/route.ts';
import { eventually, type TestApp } from './app.ts';
import type { TestUser } from './grafana.ts';
import { grafanaAlert } from './pipeline.ts';
import { send, type Parts } from './requests.ts';

/** Makes what the call needs and gives its parts. `proof` is the caller's, where it matters who made it. */
export type MakeExample = (proof?: Readonly<Record<string, string>>) => Promise<Parts>;
export type Examples = Readonly<Record<JsonOperationName, MakeExample>>;

export interface ExampleOptions {
  /** Makes what is needed; an admin of the organisation. */
  readonly admin: TestUser;
  /** Stands in every text that people or senders write. */
  readonly marker: string;
  /** Id of the source that alerts come from; made when it is first needed. */
  readonly source: string;
}

interface Versioned {
  readonly number: number;
  readonly version: number;
}

const REASON = { reason: 'because an example says so' };

/** Examples for one organisation of a running service. */
export function createExamples(muster: TestApp, { admin, marker, source }: ExampleOptions): Examples {
  let counter = 0;
  let webhookToken: Promise<string> | null = null;

  function unique(prefix: string): string {
    counter += 1;
    return `${prefix}-${counter}`;
  }

  async function asAdmin<T extends OperationName>(operation: T, parts: Parts): Promise<unknown> {
    const answer = await send(muster.url, operation, parts, await muster.headersOf(admin));
    if (answer.status >= 300) throw new Error(`${operation}: ${answer.text}`);
    return answer.body;
  }

  async function declare(): Promise<Versioned> {
    const { body } = await muster.call(admin, 'declareIncident', {
      body: { title: `${marker} ${unique('declared')}`, severity: 'sev3', services: [`${marker}-service`], description: marker },
    });
    return body;
  }

  /** An incident that went through the commands. */
  async function led(...commands: readonly OperationName[]): Promise<Versioned> {
    const { number } = await declare();
    for (const command of commands) await asAdmin(command, { params: { number }, body: REASON });
    const { body } = await muster.call(admin, 'getIncident', { params: { number } });
    return body;
  }

  async function command(...before: readonly OperationName[]): Promise<Parts> {
    return { params: { number: (await led(...before)).number }, body: REASON };
  }

  function token(): Promise<string> {
    webhookToken ??= muster.addSource(admin, source);
    return webhookToken;
  }

  /** Sends an alert that opens a candidate, and waits for that. */
  async function candidate(): Promise<{ readonly number: number; readonly alert: string }> {
    const service = unique(`${marker}-service`);
    await muster.postWebhook(source, await token(), {
      receiver: marker, status: 'firing', version: '1', groupKey: `${marker}:{}`, truncatedAlerts: 0,
      alerts: [grafanaAlert({ fingerprint: unique('fp'), service, severity: 'warning', startsAt: Date.now(), labels: { marker } })],
    });
    const found = await eventually(
      () => muster.call(admin, 'listIncidents', { query: { service } }),
      (answer) => answer.body.items.length === 1,
    );
    const number = found.body.items[0]?.number;
    if (number === undefined) throw new Error('no candidate');
    const alerts = await muster.call(admin, 'listIncidentAlerts', { params: { number } });
    return { number, alert: alerts.body.items[0]?.id ?? '' };
  }

  /** Sends what cannot be read; gives the id under which it is kept. */
  async function deadLetter(): Promise<string> {
    const response = await muster.postWebhook(source, await token(), `{"${marker}": `);
    const { extra }: { extra: { deadLetter: string } } = JSON.parse(await response.text());
    return extra.deadLetter;
  }

  async function addSource(): Promise<{ id: string; version: number; tokenId: string }> {
    const { body } = await muster.call(admin, 'createSource', { body: { id: unique(`${source}-x`), kind: 'grafana', name: marker } });
    return { id: body.source.id, version: body.source.version, tokenId: body.source.tokens[0]?.id ?? '' };
  }

  return {
    getMe: async () => ({}),
    listUsers: async () => ({}),
    async setUserRole() {
      const uid = unique('spare');
      await muster.call({ ...admin, uid, login: uid, name: `${marker} ${uid}`, role: 'Viewer' }, 'getMe');
      return { params: { user: `user:${uid}` }, body: { role: 'responder' } };
    },
    listApiTokens: async () => ({}),
    createApiToken: async () => ({ body: { name: marker, role: 'viewer', expiresInDays: 1 } }),
    async revokeApiToken() {
      const { body } = await muster.call(admin, 'createApiToken', { body: { name: marker, role: 'viewer' } });
      return { params: { id: body.apiToken.id } };
    },

    listIncidents: async () => ({ query: { phase: 'all', limit: 50 } }),
    countIncidents: async () => ({}),
    declareIncident: async () => ({ body: { title: `${marker} by hand`, severity: 'sev2' } }),
    getIncident: async () => ({ params: { number: (await declare()).number } }),
    async editIncident() {
      const { number, version } = await declare();
      return { params: { number }, body: { title: `${marker} edited` }, headers: { 'If-Match': `"${version}"` } };
    },
    promoteIncident: () => command('cancelIncident'),
    rejectIncident: async () => ({ params: { number: (await candidate()).number }, body: REASON }),
    acknowledgeIncident: () => command(),
    identifyIncident: () => command('acknowledgeIncident'),
    startMitigation: () => command('acknowledgeIncident'),
    mitigateIncident: () => command('acknowledgeIncident'),
    resolveIncident: () => command('acknowledgeIncident', 'mitigateIncident'),
    reviewIncident: () => command('acknowledgeIncident', 'mitigateIncident', 'resolveIncident'),
    closeIncident: () => command('acknowledgeIncident', 'mitigateIncident', 'resolveIncident'),
    reopenIncident: () => command('acknowledgeIncident', 'mitigateIncident', 'resolveIncident'),
    cancelIncident: () => command(),
    async setIncidentSeverity() {
      const { number, version } = await declare();
      return { params: { number }, body: { severity: 'sev4', reason: marker }, headers: { 'If-Match': `"${version}"` } };
    },
    async assignCommander() {
      const { number, version } = await declare();
      return { params: { number }, body: { commander: `user:${admin.uid}` }, headers: { 'If-Match': `"${version}"` } };
    },
    mergeIncident: async () => ({ params: { number: (await declare()).number }, body: { into: (await declare()).number, reason: marker } }),
    async listTimeline() {
      const { number } = await declare();
      await asAdmin('addNote', { params: { number }, body: { text: `${marker} note` } });
      return { params: { number } };
    },
    addNote: async () => ({ params: { number: (await declare()).number }, body: { text: `${marker} note` } }),
    async reviseNote(proof) {
      const { number } = await declare();
      const note: Parts = { params: { number }, body: { text: `${marker} first wording` } };
      const own = proof === undefined ? null : await send(muster.url, 'addNote', note, proof);
      const written: unknown = own?.status === 201 ? own.body : await asAdmin('addNote', note);
      if (typeof written !== 'object' || written === null || !('position' in written)) throw new Error('no note');
      return { params: { number, position: String(written.position) }, body: { text: `${marker} second wording` } };
    },
    listIncidentAlerts: async () => ({ params: { number: (await candidate()).number } }),
    listAlerts: async () => ({ query: { status: 'firing' } }),
    getAlert: async () => ({ params: { id: (await candidate()).alert } }),

    listSources: async () => ({}),
    createSource: async () => ({ body: { id: unique(`${source}-new`), kind: 'alertmanager', name: marker } }),
    async editSource() {
      const { id, version } = await addSource();
      return {
        params: { source: id }, headers: { 'If-Match': `"${version}"` },
        body: { name: `${marker} edited`, hmac: { enabled: true, secret: `${marker}-hmac-secret` } },
      };
    },
    deleteSource: async () => ({ params: { source: (await addSource()).id } }),
    issueSourceToken: async () => ({ params: { source: (await addSource()).id } }),
    async revokeSourceToken() {
      const { id, tokenId } = await addSource();
      return { params: { source: id, id: tokenId } };
    },
    sendTestAlert: async () => ({ params: { source: (await addSource()).id } }),
    async listDeadLetters() {
      await deadLetter();
      return { query: { source } };
    },
    replayDeadLetter: async () => ({ params: { id: await deadLetter() } }),
    discardDeadLetter: async () => ({ params: { id: await deadLetter() } }),
    getMapping: async () => ({}),
    async putMapping() {
      const { body } = await muster.call(admin, 'getMapping');
      const { version, ...document } = body;
      return {
        headers: { 'If-Match': `"${version}"` },
        body: { ...document, severityValues: { ...document.severityValues, [`${marker.toLowerCase()}-${unique('value')}`]: 'sev4' } },
      };
    },
    listUnmapped: async () => ({}),
    checkConnection: async () => ({}),
    getStatus: async () => ({}),
    listAudit: async () => ({ query: { limit: 50 } }),
  };
}
