/** SQL of services and their dependencies. */
import {
  catalogOrigin, dependencyType, serviceTier, type CatalogOrigin, type DependencyType, type OrgId, type Service, type ServiceBody, type ServiceListQuery,
} from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

interface ServiceRow {
  name: string;
  aliases: string[];
  tier: string | null;
  kind: string | null;
  namespace: string | null;
  team: string | null;
  business_service: string | null;
  clusters: string[];
  regions: string[];
  description: string;
  runbook_url: string | null;
  dashboard_url: string | null;
  user_count: string | null;
  cost_per_minute: number | null;
  origin: string;
  updated_at: Date;
  version: number;
  dependencies: readonly { to: string; type: string; origin: string }[];
}

/** Who may write a service: what a file says is changed in the file. */
export type ServiceOrigin = Exclude<CatalogOrigin, 'learned'>;

/** A dependency without the service that has it. */
export interface DependencyRow {
  readonly to: string;
  readonly type: DependencyType;
}

const SELECT = `
  select s.name, s.aliases, s.tier, s.kind, s.namespace, s.team, s.business_service, s.clusters, s.regions, s.description,
         s.runbook_url, s.dashboard_url, s.user_count::text, s.cost_per_minute, s.origin, s.updated_at, s.version,
         coalesce((select json_agg(json_build_object('to', d.to_service, 'type', d.type, 'origin', d.origin) order by d.to_service, d.type)
           from catalog_dependencies as d where d.org_id = s.org_id and d.from_service = s.name), '[]'::json) as dependencies
    from catalog_services as s`;

function toService(row: ServiceRow): Service {
  const origin = catalogOrigin.parse(row.origin);
  return {
    name: row.name, aliases: row.aliases, tier: row.tier === null ? null : serviceTier.parse(row.tier), kind: row.kind, namespace: row.namespace, team: row.team,
    businessService: row.business_service, clusters: row.clusters, regions: row.regions, description: row.description,
    links: { runbook: row.runbook_url, dashboard: row.dashboard_url },
    userCount: row.user_count === null ? null : Number(row.user_count), costPerMinute: row.cost_per_minute,
    dependencies: row.dependencies.map((one) => ({ to: one.to, type: dependencyType.parse(one.type), origin: catalogOrigin.parse(one.origin) })),
    origin, editable: origin !== 'provisioned', updatedAt: row.updated_at.toISOString(), version: row.version,
  };
}

/** Every service of an organisation, by name. */
export async function selectServices(q: Queryable, orgId: OrgId): Promise<Service[]> {
  const rows = await q.query<ServiceRow>(`${SELECT} where s.org_id = $1::integer order by s.name`, [orgId]);
  return rows.map(toService);
}

/** One service, or null. */
export async function selectService(q: Queryable, orgId: OrgId, name: string): Promise<Service | null> {
  const [row] = await q.query<ServiceRow>(`${SELECT} where s.org_id = $1::integer and s.name = $2::text`, [orgId, name]);
  return row === undefined ? null : toService(row);
}

function patternOf(words: string | undefined): string | null {
  const trimmed = (words ?? '').trim();
  return trimmed === '' ? null : `%${trimmed.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

const FILTER = `s.org_id = $1::integer
  and ($2::text is null or s.name ilike $2::text or array_to_string(s.aliases, ' ') ilike $2::text or s.team ilike $2::text or s.description ilike $2::text)
  and ($3::text is null or s.team = $3::text) and ($4::text is null or s.tier = $4::text) and ($5::text is null or s.business_service = $5::text)`;

/** A page of services by name, after `after`, and how many there are in all. */
export async function selectServicePage(q: Queryable, orgId: OrgId, query: ServiceListQuery, after: string | null): Promise<{ items: Service[]; total: number }> {
  const filter = [orgId, patternOf(query.q), query.team ?? null, query.tier ?? null, query.businessService ?? null];
  const rows = await q.query<ServiceRow>(
    `${SELECT} where ${FILTER} and ($6::text is null or s.name > $6::text) order by s.name limit $7::integer`,
    [...filter, after, query.limit + 1],
  );
  const [counted] = await q.query<{ total: number }>(`select count(*)::integer as total from catalog_services as s where ${FILTER}`, filter);
  return { items: rows.map(toService), total: counted?.total ?? 0 };
}

/** Says that the catalogue is about to change, and waits for whoever is changing it now. First statement of every write. */
export async function lockCatalog(tx: Transaction, orgId: OrgId): Promise<void> {
  await tx.query(
    `insert into catalog_versions as v (org_id, version) values ($1::integer, 1)
     on conflict (org_id) do update set version = v.version + 1`,
    [orgId],
  );
}

/** The version of the catalogue; 0 while nobody has written any of it. */
export async function selectCatalogVersion(q: Queryable, orgId: OrgId): Promise<number> {
  const [row] = await q.prepared<{ version: string }>('catalog-version', 'select version::text from catalog_versions where org_id = $1::integer', [orgId]);
  return row === undefined ? 0 : Number(row.version);
}

function values(orgId: OrgId, body: ServiceBody, origin: ServiceOrigin, at: Date): unknown[] {
  return [
    orgId, body.name, body.aliases, body.tier, body.kind, body.namespace, body.team, body.businessService, body.clusters, body.regions, body.description,
    body.links.runbook, body.links.dashboard, body.userCount, body.costPerMinute, origin, at,
  ];
}

/** Adds a service without its dependencies. False when there is one of that name. */
export async function insertService(tx: Transaction, orgId: OrgId, body: ServiceBody, origin: ServiceOrigin, at: Date): Promise<boolean> {
  const rows = await tx.query<{ name: string }>(
    `insert into catalog_services (
       org_id, name, aliases, tier, kind, namespace, team, business_service, clusters, regions, description,
       runbook_url, dashboard_url, user_count, cost_per_minute, origin, updated_at
     ) values (
       $1::integer, $2::text, $3::text[], $4::text, $5::text, $6::text, $7::text, $8::text, $9::text[], $10::text[], $11::text,
       $12::text, $13::text, $14::bigint, $15::double precision, $16::text, $17::timestamptz
     ) on conflict do nothing returning name`,
    values(orgId, body, origin, at),
  );
  return rows.length === 1;
}

/** Replaces a service without its dependencies; its version grows. */
export async function updateService(tx: Transaction, orgId: OrgId, body: ServiceBody, origin: ServiceOrigin, at: Date): Promise<void> {
  await tx.query(
    `update catalog_services
        set aliases = $3::text[], tier = $4::text, kind = $5::text, namespace = $6::text, team = $7::text, business_service = $8::text,
            clusters = $9::text[], regions = $10::text[], description = $11::text, runbook_url = $12::text, dashboard_url = $13::text,
            user_count = $14::bigint, cost_per_minute = $15::double precision, origin = $16::text, updated_at = $17::timestamptz, version = version + 1
      where org_id = $1::integer and name = $2::text`,
    values(orgId, body, origin, at),
  );
}

/** Makes the dependencies of a service those given. Learned ones that are among them stay learned. */
export async function replaceDependencies(tx: Transaction, orgId: OrgId, from: string, wanted: readonly DependencyRow[], origin: ServiceOrigin): Promise<void> {
  const to = wanted.map((one) => one.to);
  const types = wanted.map((one) => one.type);
  await tx.query(
    `delete from catalog_dependencies as d
      where d.org_id = $1::integer and d.from_service = $2::text
        and not exists (select 1 from unnest($3::text[], $4::text[]) as w(to_service, type) where w.to_service = d.to_service and w.type = d.type)`,
    [orgId, from, to, types],
  );
  await tx.query(
    `insert into catalog_dependencies (org_id, from_service, to_service, type, origin)
     select $1::integer, $2::text, w.to_service, w.type, $5::text from unnest($3::text[], $4::text[]) as w(to_service, type)
     on conflict do nothing`,
    [orgId, from, to, types, origin],
  );
}

/** Adds one dependency that was learned. */
export async function insertLearnedDependency(tx: Transaction, orgId: OrgId, from: string, to: string, type: DependencyType): Promise<void> {
  await tx.query(
    `insert into catalog_dependencies (org_id, from_service, to_service, type, origin)
     values ($1::integer, $2::text, $3::text, $4::text, 'learned') on conflict do nothing`,
    [orgId, from, to, type],
  );
}

/** Gives provisioned services that are none of `kept`, and their dependencies, to the page. Gives their names. */
export async function releaseServices(tx: Transaction, orgId: OrgId, kept: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `with released as (
       update catalog_services set origin = 'manual', version = version + 1
        where org_id = $1::integer and origin = 'provisioned' and name <> all($2::text[]) returning name
     ), edges as (
       update catalog_dependencies as d set origin = 'manual' from released as r
        where d.org_id = $1::integer and d.from_service = r.name and d.origin = 'provisioned'
     )
     select name from released order by name`,
    [orgId, kept],
  );
  return rows.map((row) => row.name);
}

/** Removes a service and all dependencies to and from it. False when there is none. */
export async function deleteService(tx: Transaction, orgId: OrgId, name: string): Promise<boolean> {
  const rows = await tx.query<{ name: string }>('delete from catalog_services where org_id = $1::integer and name = $2::text returning name', [orgId, name]);
  return rows.length === 1;
}
