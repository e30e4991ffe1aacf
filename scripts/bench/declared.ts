/**
 * Part of `npm run bench -- notifications`: from the request that declares an incident to the provider's acceptance of its pages, through the
 * service as it is run, in a process of its own. Three policies call for each SEV1: a person, a team in turn, and a team together.
 */
import { hash, randomBytes } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import { z } from 'zod';
import { createPolicyBody } from '../../backend/contract/index.ts';
import type { EmbeddedPostgres } from '../../backend/platform/db/embedded.ts';
import { percentile } from './load.ts';
import { createDatabase, pause, startService, withClient, type Server } from './processes.ts';

export interface DeclaredJob {
  readonly count: number;
  /** Between one declaration and the next; 0: all at once. */
  readonly everyMs: number;
}

export interface DeclaredTimes {
  /** From the request to its answer, to the first page that the provider took, and to the last of the first step, in ms. */
  readonly answered: readonly number[];
  readonly first: readonly number[];
  readonly all: readonly number[];
}

const PEOPLE = ['owner', 'carl', 'cora', 'cleo', 'pete', 'pia'];
/** Pages that each incident has at once: the owner, one commander, two of communications. */
const PAGES = 4;
const LOST_AFTER_MS = 60_000;
const notice = z.looseObject({ key: z.string(), thread: z.string() });
const declared = z.looseObject({ number: z.number() });

const POLICIES = [
  { id: 'owner', name: 'Owner', steps: [{ kind: 'user', user: 'user:owner', waitSeconds: 3_600 }] },
  { id: 'command', name: 'Command', role: 'commander', steps: [{ kind: 'team', team: 'commanders', pick: 'round_robin', waitSeconds: 3_600 }] },
  { id: 'communications', name: 'Communications', role: 'communications', steps: [{ kind: 'team', team: 'communications', pick: 'all', waitSeconds: 3_600 }] },
].map((policy) => createPolicyBody.parse({ ...policy, starts: { severities: ['sev1'] } }));

/** What the provider took: by incident, the moment of each page. */
function startProvider(taken: Map<string, number[]>): Promise<{ readonly url: string; readonly server: HttpServer }> {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { key, thread } = notice.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      if (!seen.has(key)) taken.set(thread, [...(taken.get(thread) ?? []), performance.now()]);
      seen.add(key);
      response.writeHead(200).end();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      resolve({ url: `http://127.0.0.1:${address.port}`, server });
    });
  });
}

/** People with proven addresses, teams, policies, and a token that may declare. */
async function fill(connectionString: string, provider: string): Promise<string> {
  const token = `mst_${randomBytes(32).toString('base64url')}`;
  await withClient(connectionString, async (client) => {
    await client.query(
      `insert into api_tokens (id, org_id, name, role, token_hash, hint, created_by, created_at, expires_at)
       values ($1::text, 1, 'Benchmark', 'responder', decode($2::text, 'hex'), $3::text, 'benchmark', now(), now() + interval '1 hour')`, [token.slice(4, 14), hash('sha256', token, 'hex'), token.slice(-4)],
    );
    await client.query(`insert into channels (org_id, id, kind, name, config, enabled, per_second, updated_at, updated_by) values (1, 'phone', 'webhook', 'Phone', $1::jsonb, true, 1000, now(), 'bench')`, [JSON.stringify({ url: provider })]);
    await client.query(`insert into channel_health (org_id, channel) values (1, 'phone')`);
    for (const [place, name] of PEOPLE.entries()) {
      const team = place === 0 ? null : place < 4 ? 'commanders' : 'communications';
      await client.query(`insert into users (org_id, user_key, login, name, email, derived_role, first_seen_at, last_seen_at) values (1, 'user:' || $1::text, $1::text, $1::text, '', 'responder', now(), now())`, [name]);
      await client.query(`insert into contact_points (org_id, user_key, channel, address, consent_at, verified_at) values (1, 'user:' || $1::text, 'phone', $1::text, now(), now())`, [name]);
      if (team === null) continue;
      await client.query(`insert into teams (org_id, id, name, description, aliases) values (1, $1::text, $1::text, '', '{}') on conflict do nothing`, [team]);
      await client.query(`insert into team_members (org_id, team, user_key, place) values (1, $1::text, 'user:' || $2::text, $3::integer)`, [team, name, place]);
    }
    for (const { id, ...body } of POLICIES) await client.query(`insert into escalation_policies (org_id, id, body, updated_at, updated_by) values (1, $1::text, $2::jsonb, now(), 'bench')`, [id, JSON.stringify(body)]);
  });
  return token;
}

/** Declares as told and waits for all pages. Throws when one does not come. */
async function declareAll({ count, everyMs }: DeclaredJob, service: Server, token: string, taken: ReadonlyMap<string, readonly number[]>): Promise<DeclaredTimes> {
  const times = await Promise.all(Array.from({ length: count }, async (_one, place) => {
    if (everyMs > 0) await pause(place * everyMs);
    const startedAt = performance.now();
    const response = await fetch(`http://127.0.0.1:${service.port}/api/incidents`, {
      method: 'POST', body: JSON.stringify({ title: `Outage ${place}`, severity: 'sev1' }), headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    });
    if (!response.ok) throw new Error(`an incident could not be declared: ${response.status} ${await response.text()}`);
    const { number } = declared.parse(await response.json());
    const answeredAt = performance.now();
    const came = (): readonly number[] => taken.get(`incident/${number}`) ?? [];
    while (came().length < PAGES) {
      if (performance.now() - answeredAt > LOST_AFTER_MS) throw new Error(`${PAGES - came().length} pages of an incident are lost`);
      await pause(20);
    }
    return { answered: answeredAt - startedAt, first: Math.min(...came()) - startedAt, all: Math.max(...came()) - startedAt };
  }));
  return { answered: times.map(({ answered }) => answered), first: times.map(({ first }) => first), all: times.map(({ all }) => all) };
}

/** Runs the jobs one after another on one service, which is up and has declared before. */
export async function measureDeclared(dir: string, postgres: EmbeddedPostgres, jobs: readonly DeclaredJob[]): Promise<DeclaredTimes[]> {
  const taken = new Map<string, number[]>();
  const { url, server } = await startProvider(taken);
  try {
    const connectionString = await createDatabase(postgres, 'bench_declared');
    const service = await startService(dir, connectionString, 'api,correlator,worker', { MUSTER_OUTBOUND_ALLOW: '127.0.0.1', MUSTER_OUTBOUND_ALLOW_PRIVATE: '127.0.0.1' });
    try {
      const token = await fill(connectionString, url);
      // What is compiled and planned at the first use is not measured.
      await declareAll({ count: 5, everyMs: 200 }, service, token, taken);
      const results: DeclaredTimes[] = [];
      for (const job of jobs) results.push(await declareAll(job, service, token, taken));
      return results;
    } finally {
      await service.stop();
    }
  } finally {
    server.close();
  }
}

/** A row of the table of times. */
export function declaredRow(name: string, { answered, first, all }: DeclaredTimes): string {
  const shown = (list: readonly number[]): string => {
    const sorted = [...list].sort((a, b) => a - b);
    return `${percentile(sorted, 0.5).toFixed(0)} / ${percentile(sorted, 0.99).toFixed(0)}`;
  };
  return `| ${name} | ${shown(answered)} | ${shown(first)} | ${shown(all)} | ${first.length} |`;
}
