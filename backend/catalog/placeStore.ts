/** SQL of business services and of the infrastructure. */
import {
  businessCriticality, catalogOrigin, infrastructure, type BusinessService, type BusinessServiceBody, type Infrastructure, type OrgId,
} from '#contract';
import type { Queryable, Transaction } from '../platform/db/database.ts';

interface BusinessServiceRow {
  name: string;
  tier: string;
  slo: number | null;
  team: string | null;
  description: string;
  services: number;
  origin: string;
  version: number;
}

export type PlaceOrigin = 'manual' | 'provisioned';

const SELECT = `
  select b.name, b.tier, b.slo, b.team, b.description, b.origin, b.version,
         (select count(*)::integer from catalog_services as s where s.org_id = b.org_id and s.business_service = b.name) as services
    from catalog_business_services as b where b.org_id = $1::integer`;

function toBusinessService(row: BusinessServiceRow): BusinessService {
  const origin = catalogOrigin.parse(row.origin);
  return { ...row, tier: businessCriticality.parse(row.tier), origin, editable: origin !== 'provisioned' };
}

/** All business services, by name. */
export async function selectBusinessServices(q: Queryable, orgId: OrgId): Promise<BusinessService[]> {
  return (await q.query<BusinessServiceRow>(`${SELECT} order by b.name`, [orgId])).map(toBusinessService);
}

/** Business services after a name, by name; one more than the limit, to tell whether there are more. */
export async function selectBusinessServicePage(q: Queryable, orgId: OrgId, after: string | null, limit: number): Promise<BusinessService[]> {
  const rows = await q.query<BusinessServiceRow>(`${SELECT} and ($2::text is null or b.name > $2::text) order by b.name limit $3::integer`, [orgId, after, limit + 1]);
  return rows.map(toBusinessService);
}

/** One business service, or null. */
export async function selectBusinessService(q: Queryable, orgId: OrgId, name: string): Promise<BusinessService | null> {
  const [row] = await q.query<BusinessServiceRow>(`${SELECT} and b.name = $2::text`, [orgId, name]);
  return row === undefined ? null : toBusinessService(row);
}

/** Adds a business service. False when there is one of that name. */
export async function insertBusinessService(tx: Transaction, orgId: OrgId, body: BusinessServiceBody, origin: PlaceOrigin): Promise<boolean> {
  const rows = await tx.query<{ name: string }>(
    `insert into catalog_business_services (org_id, name, tier, slo, team, description, origin)
     values ($1::integer, $2::text, $3::text, $4::double precision, $5::text, $6::text, $7::text) on conflict do nothing returning name`,
    [orgId, body.name, body.tier, body.slo, body.team, body.description, origin],
  );
  return rows.length === 1;
}

/** Replaces a business service; its version grows. */
export async function updateBusinessService(tx: Transaction, orgId: OrgId, body: BusinessServiceBody, origin: PlaceOrigin): Promise<void> {
  await tx.query(
    `update catalog_business_services
        set tier = $3::text, slo = $4::double precision, team = $5::text, description = $6::text, origin = $7::text, version = version + 1
      where org_id = $1::integer and name = $2::text`,
    [orgId, body.name, body.tier, body.slo, body.team, body.description, origin],
  );
}

/** Gives provisioned business services that are none of `kept` to the page. Gives their names. */
export async function releaseBusinessServices(tx: Transaction, orgId: OrgId, kept: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `update catalog_business_services set origin = 'manual', version = version + 1
      where org_id = $1::integer and origin = 'provisioned' and name <> all($2::text[]) returning name`,
    [orgId, kept],
  );
  return rows.map((row) => row.name).sort();
}

/** Removes a business service. False when there is none. */
export async function deleteBusinessService(tx: Transaction, orgId: OrgId, name: string): Promise<boolean> {
  const rows = await tx.query<{ name: string }>('delete from catalog_business_services where org_id = $1::integer and name = $2::text returning name', [orgId, name]);
  return rows.length === 1;
}

export interface StoredInfrastructure {
  readonly document: Infrastructure;
  readonly version: number;
}

/** The infrastructure of one origin; empty, as version 0, until it is written. */
export async function selectInfrastructure(q: Queryable, orgId: OrgId, origin: PlaceOrigin): Promise<StoredInfrastructure> {
  const [row] = await q.query<{ document: unknown; version: number }>(
    'select document, version from catalog_infrastructure where org_id = $1::integer and origin = $2::text', [orgId, origin],
  );
  return row === undefined ? { document: infrastructure.parse({}), version: 0 } : { document: infrastructure.parse(row.document), version: row.version };
}

/** Replaces the infrastructure of one origin. */
export async function replaceInfrastructure(tx: Transaction, orgId: OrgId, origin: PlaceOrigin, document: Infrastructure): Promise<void> {
  await tx.query(
    `insert into catalog_infrastructure as i (org_id, origin, document) values ($1::integer, $2::text, $3::jsonb)
     on conflict (org_id, origin) do update set document = excluded.document, version = i.version + 1`,
    [orgId, origin, JSON.stringify(document)],
  );
}
