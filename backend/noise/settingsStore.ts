/** SQL of everything that the noise gate must know, read at once, and of the version by which replicas notice edits. */
import { labelMatcher, maintenanceBody, noiseRuleBody, type OrgId } from '#contract';
import { z } from 'zod';
import type { Queryable } from '../platform/db/database.ts';
import type { StoredSettings } from './ruleset.ts';

/** Version of the organisation's settings; `0` before the first edit. */
export async function readVersion(q: Queryable, orgId: OrgId): Promise<string> {
  const rows = await q.prepared<{ version: string }>('read-noise-version', 'select v.version::text from noise_versions as v where v.org_id = $1::integer', [orgId]);
  return rows[0]?.version ?? '0';
}

/** Says that something was edited. Call it in the transaction of the edit. */
export async function bumpVersion(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query(
    `insert into noise_versions as v (org_id, version) values ($1::integer, 1)
     on conflict (org_id) do update set version = v.version + 1`,
    [orgId],
  );
}

/** Holds the organisation's settings against other edits of the same kind until the end of the transaction. */
export async function lockSettings(q: Queryable, orgId: OrgId): Promise<void> {
  await q.query(
    `insert into noise_versions as v (org_id, version) values ($1::integer, 0)
     on conflict (org_id) do update set version = v.version`,
    [orgId],
  );
}

/** The settings that can still hold something back after `at`. */
export async function selectSettings(q: Queryable, orgId: OrgId, at: Date): Promise<StoredSettings> {
  const version = await readVersion(q, orgId);
  const rules = await q.query<{ id: string; document: unknown; updated_at: Date }>(
    'select r.id, r.document, r.updated_at from noise_rules as r where r.org_id = $1::integer order by r.created_at, r.id', [orgId],
  );
  const windows = await q.query<{ id: string; document: unknown; updated_at: Date }>(
    'select w.id, w.document, w.updated_at from maintenance_windows as w where w.org_id = $1::integer and w.ended_at is null order by w.created_at, w.id', [orgId],
  );
  const silences = await q.query<{ id: string; comment: string; matchers: unknown; starts_at: Date; ends_at: Date; updated_at: Date }>(
    `select s.id, s.comment, s.matchers, s.starts_at, s.ends_at, s.updated_at from silences as s
     where s.org_id = $1::integer and s.ends_at > $2::timestamptz order by s.created_at, s.id`,
    [orgId, at],
  );
  return {
    version,
    rules: rules.map((row) => ({ id: row.id, changedAt: row.updated_at, body: noiseRuleBody.parse(row.document) })),
    windows: windows.map((row) => {
      const body = maintenanceBody.parse(row.document);
      return { id: row.id, changedAt: row.updated_at, name: body.name, body };
    }),
    silences: silences.map((row) => ({
      id: row.id, changedAt: row.updated_at, name: row.comment, matchers: z.array(labelMatcher).parse(row.matchers), startsAt: row.starts_at, endsAt: row.ends_at,
    })),
  };
}
