/** Sources, their tokens, dead letters, the mapping. */
import type { sourceOperations } from '../../../backend/contract/operations/sources.ts';
import { sourceId } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

/** A source that nothing else uses, with one token. */
async function freshSource({ must, name }: Stage) {
  return (await must('createSource', { body: { id: name(), kind: 'alertmanager', name: 'A fresh one' } })).source;
}

export const sourceExercises: Exercises<keyof typeof sourceOperations> = {
  listSources: async () => ({ input: {} }),
  createSource: async ({ name }) => ({ input: { body: { id: name(), kind: 'grafana', name: 'Another Grafana' } } }),
  async editSource(stage) {
    const seen = await freshSource(stage);
    return {
      input: { params: { source: seen.id }, body: { name: 'Renamed', enabled: false, hmac: { enabled: true, secret: 'a secret that is long enough' } } },
      headers: ifMatch(seen),
    };
  },
  async deleteSource(stage) {
    const seen = await freshSource(stage);
    return { input: { params: { source: seen.id } }, headers: ifMatch(seen) };
  },
  issueSourceToken: async (stage) => ({ input: { params: { source: (await freshSource(stage)).id } } }),
  async revokeSourceToken(stage) {
    const seen = await freshSource(stage);
    return { input: { params: { source: sourceId.parse(seen.id), id: seen.tokens[0]?.id ?? '' } }, headers: ifMatch(seen) };
  },
  sendTestAlert: async ({ source }) => ({ input: { params: { source } } }),
  previewSourceMapping: async () => ({
    input: { body: { mapping: { alerts: '$', name: { path: '@.title' }, status: { otherwise: 'firing' }, labels: {}, identity: ['alertname'] }, sample: '{"title": "DiskFull"}' } },
  }),
  previewFingerprint: async ({ source }) => ({ input: { params: { source }, body: { labels: ['alertname'] } } }),
  async reconcileSource({ must, name }) {
    const { source } = await must('createSource', { body: { id: name(), kind: 'grafana', name: 'A Grafana to compare' } });
    await must('editSource', { params: { source: source.id }, body: { rules: { reconcile: true } } }, ifMatch(source));
    await must('putGrafanaConnection', { body: { url: 'http://127.0.0.1:9', token: 'a-service-account-token-of-nobody' } }, ifMatch(await must('getGrafanaConnection')));
    return { input: { params: { source: source.id } } };
  },
  async listDeadLetters({ deadLetter, source }) {
    await deadLetter();
    return { input: { query: { source, limit: 1 } } };
  },
  replayDeadLetter: async ({ deadLetter }) => ({ input: { params: { id: await deadLetter() } } }),
  discardDeadLetter: async ({ deadLetter }) => ({ input: { params: { id: await deadLetter() } } }),
  getMapping: async () => ({ input: {} }),
  async putMapping({ must }) {
    const { version, provisioned: _, ...mapping } = await must('getMapping');
    return { input: { body: { ...mapping, severityValues: { ...mapping.severityValues, purple: 'sev1' } } }, headers: ifMatch({ version }) };
  },
  async listUnmapped({ muster, must, source }) {
    const { token } = await must('issueSourceToken', { params: { source } });
    await muster.postWebhook(source, token, { groupKey: '{}:{}', alerts: [{ status: 'firing', labels: { alertname: 'Odd', severity: 'octarine' }, startsAt: new Date().toISOString(), fingerprint: 'odd' }] });
    await muster.app.intake.flushCounts();
    return { input: {} };
  },
};
