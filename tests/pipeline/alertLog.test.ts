import fc from 'fast-check';
import pg from 'pg';
import { readAlertChanges } from '../../backend/ingest/index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { eventually } from '../harness/app.ts';
import { grafanaAlert, ORG, START_MS, startPipeline, type Pipeline } from '../harness/pipeline.ts';

let database: TestDatabase;
let pipeline: Pipeline;

beforeEach(async () => {
  database = await createTestDatabase({ maxConnections: 30 });
  pipeline = await startPipeline(database);
});
afterEach(async () => {
  await pipeline.close();
  await database.drop();
});

interface AlertFacts {
  fingerprint: string;
  starts_at: Date;
  status: string;
  ends_at: Date | null;
  end_reason: string | null;
}

function alerts(): Promise<AlertFacts[]> {
  return database.db.query<AlertFacts>('select fingerprint, starts_at, status, ends_at, end_reason from alerts order by fingerprint, starts_at');
}

/** How many sessions wait for their turn at the log. */
async function waitingForTheLog(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>("select count(*)::integer as n from pg_locks as l where l.locktype = 'advisory' and not l.granted and l.database = (select d.oid from pg_database as d where d.datname = current_database())");
  return row?.n ?? 0;
}

function accept(alert: object): Promise<unknown> {
  const body = { receiver: 'muster', groupKey: '{}:{}', version: '1', alerts: [alert] };
  return pipeline.intake.accept(pipeline.origin, body, Buffer.from(JSON.stringify(body)), 'application/json');
}

test('cap 7: the same body 100 times under concurrency 20 is one change of state and 99 repeats', async () => {
  const alert = grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS });

  for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 20 }, () => accept(alert)));
  await pipeline.intake.flushCounts();

  const [log] = await database.db.query<{ n: number }>('select count(*)::integer as n from alert_log');
  const [repeats] = await database.db.query<{ n: number }>('select sum(repeats)::integer as n from alert_repeats');
  expect({ changes: log?.n, repeats: repeats?.n }).toEqual({ changes: 1, repeats: 99 });
});

test('cap 12: a late resolve of an older episode never closes the newer firing one', async () => {
  await accept(grafanaAlert({ fingerprint: 'a1', startsAt: START_MS }));
  await accept(grafanaAlert({ fingerprint: 'a1', startsAt: START_MS + 60_000 }));
  await accept(grafanaAlert({ fingerprint: 'a1', startsAt: START_MS, status: 'resolved', endsAt: START_MS + 30_000 }));

  expect(await alerts()).toEqual([
    { fingerprint: 'a1', starts_at: new Date(START_MS), status: 'resolved', ends_at: new Date(START_MS + 30_000), end_reason: 'resolved' },
    { fingerprint: 'a1', starts_at: new Date(START_MS + 60_000), status: 'firing', ends_at: null, end_reason: null },
  ]);
});

/** Six events of one alert: three episodes, each firing and resolved. */
const SIX_EVENTS = [0, 1, 2].flatMap((episode) => {
  const startsAt = START_MS + episode * 60_000;
  return [
    (fingerprint: string) => grafanaAlert({ fingerprint, service: 'checkout', startsAt }),
    (fingerprint: string) => grafanaAlert({ fingerprint, service: 'checkout', startsAt, status: 'resolved', endsAt: startsAt + 30_000 }),
  ];
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]));
}

test('cap 12: all 720 orders of six events end in the same alerts', async () => {
  const orders = permutations(SIX_EVENTS);

  await Promise.all(orders.map(async (order, index) => {
    for (const event of order) await accept(event(`order-${index}`));
  }));

  const states = await database.db.query<{ state: string; n: number }>(
    `select state, count(*)::integer as n from (
       select a.fingerprint, string_agg(a.status || ' ' || a.end_reason || ' ' || extract(epoch from a.ends_at - a.starts_at)::integer, ', ' order by a.starts_at) as state
       from alerts as a group by a.fingerprint
     ) as s group by state`,
  );
  expect(states).toEqual([{ state: 'resolved resolved 30, resolved resolved 30, resolved resolved 30', n: 720 }]);
});

test('cap 12: any subset in any order ends as the rule says: a real resolve counts, else the next episode ends it', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1 }), async (order) => {
      run += 1;
      const fingerprint = `subset-${run}`;
      for (const place of order) {
        const event = SIX_EVENTS[place];
        if (event !== undefined) await accept(event(fingerprint));
      }
      const rows = (await alerts()).filter((row) => row.fingerprint === fingerprint);
      const episodes = [...new Set(order.map((place) => Math.floor(place / 2)))].sort();
      const expected = episodes.map((episode, index) => {
        const startsAt = START_MS + episode * 60_000;
        const next = episodes[index + 1];
        if (order.includes(episode * 2 + 1)) return { status: 'resolved', ends: startsAt + 30_000 };
        return next === undefined ? { status: 'firing', ends: null } : { status: 'resolved', ends: START_MS + next * 60_000 };
      });
      expect(rows.map((row) => ({ status: row.status, ends: row.ends_at?.getTime() ?? null }))).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

test('text that PostgreSQL cannot hold does not lose the alert, nor its neighbours', async () => {
  await Promise.all([
    accept(grafanaAlert({ fingerprint: 'a1', service: 'checkout', startsAt: START_MS })),
    accept(grafanaAlert({ fingerprint: 'a2', service: 'che\u0000ckout', startsAt: START_MS, labels: { note: 'half \ud800 pair' } })),
    accept(grafanaAlert({ fingerprint: 'a3', service: 'checkout', startsAt: START_MS })),
  ]);

  expect((await alerts()).map((row) => row.fingerprint)).toEqual(['a1', 'a2', 'a3']);
});

test('a transaction that commits late is not skipped: a later one waits for it, however often the correlator looks meanwhile', async () => {
  const slow = new pg.Client({ connectionString: database.connectionString });
  await slow.connect();
  await slow.query('begin');
  await slow.query(
    `select * from ingest_alerts(1, now(), false, '{77}', '{2026-03-02T06:00:00Z}', '{grafana}', '{slow}', '{Slow}', '{s}', '{firing}', '{null}', '{3}',
       '{checkout}', '{null}', '{null}', '{null}', '{"{}"}', '{"{}"}', '{"{}"}', '{null}', '{null}', '{1}')`,
  );

  let isStored = false;
  const fast = accept(grafanaAlert({ fingerprint: 'fast', service: 'checkout', startsAt: START_MS })).then(() => (isStored = true));
  // Either it waits for the slow one, or it has overtaken it.
  await eventually(async () => isStored || (await waitingForTheLog()) > 0, (settled) => settled);
  await pipeline.correlator.drain(ORG);
  const seenBefore = await readAlertChanges(database.db, ORG, '0', 100);
  const storedBefore = isStored;
  await slow.query('commit');
  await fast;
  await slow.end();

  const changes = await readAlertChanges(database.db, ORG, '0', 100);
  await pipeline.correlator.drain(ORG);
  const linked = await database.db.query<{ n: number }>('select count(*)::integer as n from incident_alerts');
  expect({ linked, seenBefore, storedBefore }).toEqual({ linked: [{ n: 2 }], seenBefore: [], storedBefore: false });
  expect(changes.map((change) => change.fingerprint)).toEqual(['slow', 'fast']);
});

test('cap 38: 50 senders, 5,000 alerts with 100 keys: exactly 100 incidents, every alert in exactly one', async () => {
  const other = await startPipeline(database, { replicaId: 'replica-2' });
  const deliveries = Array.from({ length: 50 }, (_, sender) =>
    Array.from({ length: 10 }, (_unused, part) => Array.from({ length: 10 }, (_none, place) => {
      const n = sender * 100 + part * 10 + place;
      return grafanaAlert({ fingerprint: `alert-${n}`, service: `service-${n % 100}`, startsAt: START_MS });
    })));

  await Promise.all(deliveries.map(async (parts, sender) => {
    const replica = sender % 2 === 0 ? pipeline : other;
    for (const alertsOfPart of parts) {
      const body = { groupKey: 'g', alerts: alertsOfPart };
      await replica.intake.accept(replica.origin, body, Buffer.from(JSON.stringify(body)), null);
    }
  }));
  await pipeline.correlator.drain(ORG);
  await other.correlator.drain(ORG);
  await other.close();

  const [counts] = await database.db.query<{ incidents: number; links: number; total: number; firing: number }>(
    `select (select count(*)::integer from incidents) as incidents, (select count(*)::integer from incident_alerts) as links,
       (select sum(alerts_total)::integer from incidents) as total, (select sum(alerts_firing)::integer from incidents) as firing`,
  );
  expect(counts).toEqual({ incidents: 100, links: 5000, total: 5000, firing: 5000 });
});
