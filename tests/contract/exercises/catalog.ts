/** Services, places, changes, learned dependencies, derived labels. */
import type { catalogOperations } from '../../../backend/contract/operations/catalog.ts';
import type { Service } from '../../../backend/contract/index.ts';
import { ifMatch, type Exercises, type Stage } from '../stage.ts';

function freshService({ must, name }: Stage): Promise<Service> {
  return must('createService', { body: { name: name(), aliases: [name()], tier: 'domain', kind: 'application', team: 'shop', userCount: 12, costPerMinute: 0.5 } });
}

async function freshTable({ must, name }: Stage) {
  return must('createEnrichmentTable', { body: { id: name(), name: 'Machines', matchLabel: 'machine', rows: { 'idx-7': { service: 'search' } } } });
}

async function freshRule({ must, name }: Stage) {
  return must('createExtractionRule', { body: { id: name(), name: 'Machine', from: 'summary', pattern: 'on (?P<machine>[a-z]+-\\d+)' } });
}

/** Two services, and a proposal that one needs the other; learning takes days of alerts, so it is written down. */
async function freshProposal(stage: Stage): Promise<string> {
  const [from, to] = [await freshService(stage), await freshService(stage)];
  const id = stage.name();
  const evidence = { basis: 'order', support: 4, lift: 12.5, medianLagSeconds: 20, direction: 1, examples: [{ at: '2026-03-02T10:00:00.000Z', toAlert: 'Down', fromAlert: 'Slow' }] };
  await stage.muster.database.db.query(
    `insert into catalog_proposals (org_id, id, from_service, to_service, type, state, evidence, proposed_at)
     values (1, $1::text, $2::text, $3::text, 'calls', 'open', $4::jsonb, now())`,
    [id, from.name, to.name, JSON.stringify(evidence)],
  );
  return id;
}

async function freshBusinessService({ must, name }: Stage) {
  return must('createBusinessService', { body: { name: name(), tier: 'critical', slo: 99.9 } });
}

/** An alert of a service fires. */
async function alertOf(stage: Stage, service: string): Promise<void> {
  const { token } = await stage.must('createSource', { body: { id: stage.name(), kind: 'grafana', name: 'Another' } });
  const source = (await stage.must('listSources')).items.find(({ tokens }) => tokens.some(({ hint }) => token.endsWith(hint)));
  await stage.muster.postWebhook(source?.id ?? '', token, {
    groupKey: '{}:{}', alerts: [{ status: 'firing', labels: { alertname: 'Down', severity: 'critical', service }, startsAt: new Date().toISOString(), fingerprint: service }],
  });
}

export const catalogExercises: Exercises<keyof typeof catalogOperations> = {
  async listServices(stage) {
    await freshService(stage);
    return { input: { query: { team: 'shop', tier: 'domain', q: 'thing', limit: 1 } } };
  },
  createService: async ({ name }) => ({ input: { body: { name: name(), links: { runbook: 'https://runbooks.example.com/x' } } } }),
  getService: async (stage) => ({ input: { params: { service: (await freshService(stage)).name } } }),
  async putService(stage) {
    const seen = await freshService(stage);
    const other = await freshService(stage);
    return { input: { params: { service: seen.name }, body: { team: 'web', dependencies: [{ to: other.name, type: 'stores-in' }] } }, headers: ifMatch(seen) };
  },
  async deleteService(stage) {
    const seen = await freshService(stage);
    return { input: { params: { service: seen.name } }, headers: ifMatch(seen) };
  },
  async getServiceStates(stage) {
    await alertOf(stage, (await freshService(stage)).name);
    return { input: {} };
  },
  importServices: async ({ name }) => ({ input: { body: { csv: `name,tier\n${name()},edge\n${name()},gold\n`, dryRun: true } } }),
  exportCatalog: async () => ({ input: { query: { format: 'csv' } } }),
  async listBusinessServices(stage) {
    await freshBusinessService(stage);
    return { input: {} };
  },
  createBusinessService: async ({ name }) => ({ input: { body: { name: name() } } }),
  async putBusinessService(stage) {
    const seen = await freshBusinessService(stage);
    return { input: { params: { businessService: seen.name }, body: { tier: 'important', team: 'shop' } }, headers: ifMatch(seen) };
  },
  async deleteBusinessService(stage) {
    const seen = await freshBusinessService(stage);
    return { input: { params: { businessService: seen.name } }, headers: ifMatch(seen) };
  },
  getInfrastructure: async () => ({ input: {} }),
  async putInfrastructure({ must }) {
    return {
      input: { body: { clusters: [{ name: 'eu-1', region: 'eu' }], racks: [{ name: 'r1', switch: 'sw-1' }], hosts: [{ name: 'node-1', rack: 'r1' }], instances: [] } },
      headers: ifMatch(await must('getInfrastructure')),
    };
  },
  async editInfrastructure({ must, name }) {
    return { input: { body: { put: { hosts: [{ name: name(), cluster: 'eu-1' }] } } }, headers: ifMatch(await must('getInfrastructure')) };
  },
  importBusinessServices: async ({ name }) => ({ input: { body: { csv: `name,tier\n${name()},critical\n${name()},gold\n`, dryRun: true } } }),
  importInfrastructure: async ({ name }) => ({ input: { body: { csv: `kind,name,cluster\nhost,${name()},eu-1\nplanet,x,\n`, dryRun: true } } }),
  async listProposals(stage) {
    await freshProposal(stage);
    return { input: { query: { state: 'open' } } };
  },
  learnDependencies: async () => ({ input: {} }),
  acceptProposal: async (stage) => ({ input: { params: { id: await freshProposal(stage) }, body: { type: 'stores-in' } } }),
  rejectProposal: async (stage) => ({ input: { params: { id: await freshProposal(stage) } } }),
  async listUnresolved(stage) {
    await freshService(stage);
    await alertOf(stage, `unknown-${stage.name()}`);
    return { input: {} };
  },
  async listChanges({ must, name }) {
    await must('recordChange', { body: { id: name(), title: 'Release 4' } });
    return { input: { query: { kind: 'deploy', limit: 1 } } };
  },
  recordChange: async ({ name }) => ({
    input: { body: { id: name(), kind: 'flag', service: 'checkout', clusters: ['eu-1'], title: 'New basket', author: 'ada', link: 'https://flags.example.com/1', at: new Date().toISOString() } },
  }),
  async listIncidentChanges({ must, incident, name }) {
    const { number } = await incident();
    await must('recordChange', { body: { id: name(), title: 'Everywhere', at: new Date(Date.now() - 60_000).toISOString() } });
    return { input: { params: { number } } };
  },
  async listEnrichmentTables(stage) {
    await freshTable(stage);
    return { input: {} };
  },
  createEnrichmentTable: async ({ name }) => ({ input: { body: { id: name(), name: 'By CSV', matchLabel: 'host', csv: 'host,team\nnode-1,storage\n' } } }),
  async putEnrichmentTable(stage) {
    const seen = await freshTable(stage);
    return { input: { params: { id: seen.id }, body: { name: 'Renamed', matchLabel: 'host', rows: {} } }, headers: ifMatch(seen) };
  },
  async deleteEnrichmentTable(stage) {
    const seen = await freshTable(stage);
    return { input: { params: { id: seen.id } }, headers: ifMatch(seen) };
  },
  async listExtractionRules(stage) {
    await freshRule(stage);
    return { input: {} };
  },
  createExtractionRule: async ({ name }) => ({ input: { body: { id: name(), name: 'Site', from: 'label', field: 'host', pattern: '^(?P<site>[a-z]+)-' } } }),
  async putExtractionRule(stage) {
    const seen = await freshRule(stage);
    return { input: { params: { id: seen.id }, body: { name: 'Renamed', from: 'name', pattern: '(?P<area>Disk)' } }, headers: ifMatch(seen) };
  },
  async deleteExtractionRule(stage) {
    const seen = await freshRule(stage);
    return { input: { params: { id: seen.id } }, headers: ifMatch(seen) };
  },
  async tryDerivation(stage) {
    await freshRule(stage);
    return { input: { body: { labels: { alertname: 'DiskFull' }, annotations: { summary: 'Disk full on idx-7' } } } };
  },
};
