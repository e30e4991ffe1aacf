import { fillRunbook } from './screenshotRunbook.ts';

/** What the pictures show beside the simulated outage: a few settings of a made-up shop, so that no page is taken empty. */
const PROXY = '/api/plugin-proxy/muster-incidents-app/backend';
const DAY_MS = 86_400_000;

/** Operations and their bodies. What is there already, from an earlier turn, stays. */
function settings(): readonly (readonly [string, unknown])[] {
  const scope = (part: object): object => ({ services: [], environments: [], matchers: [], condition: null, ...part });
  return [
    ['/extraction-rules', { id: 'node-of-disk', name: 'Node of a full disk', from: 'summary', pattern: ' of (?P<host>node-[0-9]+) is' }],
    ['/extraction-rules', { id: 'shard', name: 'Shard of a pod', from: 'label', field: 'pod', pattern: '^(?P<app>[a-z-]+)-[0-9]+-(?P<shard>[0-9a-f]+)$' }],
    ['/enrichment-tables', {
      id: 'hosts', name: 'Hosts', matchLabel: 'host', rows: { 'node-07': { team: 'platform', rack: 'r1' }, 'node-11': { team: 'platform', rack: 'r1' }, 'node-12': { team: 'platform', rack: 'r2' } },
    }],
    ['/noise/rules', { kind: 'suppression', name: 'Staging calls nobody', reason: 'staging is for trying things', scope: scope({ environments: ['staging'] }) }],
    ['/noise/rules', { kind: 'hold', name: 'Short latency spikes', seconds: 60, scope: scope({ services: ['image-resizer'] }) }],
    ['/noise/rules', { kind: 'flapping', name: 'What changes all the time', changes: 5, withinSeconds: 600, stableSeconds: 300, scope: scope({}) }],
    ['/maintenance', {
      name: 'Index upkeep of search', reason: 'Every Sunday night', scope: scope({ services: ['search'] }),
      schedule: { kind: 'recurring', timeZone: 'Europe/Berlin', startsAt: '2026-01-04T02:00', minutes: 90, rule: 'FREQ=WEEKLY;BYDAY=SU' },
    }],
    ['/silences', { matchers: [{ name: 'alertname', operator: '=', value: 'CertificateExpiresSoon' }], endsAt: new Date(Date.now() + DAY_MS).toISOString(), comment: 'The new certificate comes tomorrow' }],
  ];
}

/** Writes them through the plugin proxy, as the page would; gives the number of a run that is under way. */
export async function fillPages(url: string): Promise<string> {
  const known = await Promise.all(['/noise/rules', '/maintenance', '/silences'].map(async (path) => [path, await (await fetch(`${url}${PROXY}${path}`)).text()] as const));
  for (const [path, body] of settings()) {
    const earlier = known.find(([list]) => list === path)?.[1] ?? '';
    if (earlier.includes('"id"')) continue;
    const response = await fetch(`${url}${PROXY}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok && response.status !== 409) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  }
  return fillRunbook((method, path, body = {}, headers = {}) => fetch(`${url}${PROXY}${path}`, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }));
}
