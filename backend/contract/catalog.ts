/** The service catalogue: services, what they need, where they run, and what the business sees of them. */
import { z } from 'zod';
import { businessCriticality } from './assessment.ts';
import { incidentNumber, instant, page, pageQuery, severity } from './primitives.ts';

/** How far a service stands from the users: `edge` first. */
export const SERVICE_TIERS = ['edge', 'front', 'domain', 'data', 'platform'] as const;
export const serviceTier = z.enum(SERVICE_TIERS).meta({ id: 'ServiceTier' });
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** What a service needs another one for. */
export const DEPENDENCY_TYPES = ['calls', 'runs-on', 'stores-in'] as const;
export const dependencyType = z.enum(DEPENDENCY_TYPES).meta({ id: 'DependencyType' });
export type DependencyType = (typeof DEPENDENCY_TYPES)[number];

/** Who wrote it: a person or the API, the provisioning file, a CSV import, or it was learned from alerts and accepted. */
export const CATALOG_ORIGINS = ['manual', 'provisioned', 'imported', 'learned'] as const;
export const catalogOrigin = z.enum(CATALOG_ORIGINS).meta({ id: 'CatalogOrigin' });
export type CatalogOrigin = (typeof CATALOG_ORIGINS)[number];

/** Name of a service, cluster, host, …: compared in lower case, so it is kept that way. */
export const catalogName = z.string().trim().toLowerCase().regex(/^[a-z0-9](?:[a-z0-9._:@-]{0,198}[a-z0-9])?$/, 'use letters, digits, dots, dashes, colons, @ and underscores; begin and end with a letter or digit');
const shortText = z.string().trim().min(1).max(200);
const webAddress = z.string().trim().max(2000).regex(/^https?:\/\/\S+$/i, 'must begin with http:// or https://');

export const serviceLinks = z.object({ runbook: webAddress.nullable().default(null), dashboard: webAddress.nullable().default(null) });

/** `to` is what is needed: trouble travels from there. */
export const dependencyBody = z.object({ to: catalogName, type: dependencyType.default('calls') });

const serviceFields = {
  /** Other names by which alerts mean it. */
  aliases: z.array(catalogName).max(50).default([]),
  tier: serviceTier.nullable().default(null),
  /** What it is, in your words: `database`, `queue`, `gateway`, … */
  kind: shortText.nullable().default(null),
  namespace: catalogName.nullable().default(null),
  /** The team that owns it. */
  team: shortText.nullable().default(null),
  businessService: catalogName.nullable().default(null),
  clusters: z.array(catalogName).max(100).default([]),
  regions: z.array(catalogName).max(100).default([]),
  description: z.string().trim().max(4000).default(''),
  links: serviceLinks.default({ runbook: null, dashboard: null }),
  /** People who use it. */
  userCount: z.number().int().min(0).max(1_000_000_000_000).nullable().default(null),
  /** What a minute without it costs, in your currency. */
  costPerMinute: z.number().min(0).max(1_000_000_000).nullable().default(null),
  dependencies: z.array(dependencyBody).max(500).default([]),
} as const;

export const editServiceBody = z.object(serviceFields);
export const createServiceBody = z.object({ name: catalogName, ...serviceFields });
export type ServiceBody = z.output<typeof createServiceBody>;

export const serviceDependency = z.object({ to: z.string(), type: dependencyType, origin: catalogOrigin });
export type ServiceDependency = z.infer<typeof serviceDependency>;

export const service = z.object({
  name: z.string(),
  aliases: z.array(z.string()),
  tier: serviceTier.nullable(),
  kind: z.string().nullable(),
  namespace: z.string().nullable(),
  team: z.string().nullable(),
  businessService: z.string().nullable(),
  clusters: z.array(z.string()),
  regions: z.array(z.string()),
  description: z.string(),
  links: z.object({ runbook: z.string().nullable(), dashboard: z.string().nullable() }),
  userCount: z.number().nullable(),
  costPerMinute: z.number().nullable(),
  dependencies: z.array(serviceDependency),
  origin: catalogOrigin,
  /** False while a file says what it is: edit the file. */
  editable: z.boolean(),
  updatedAt: instant,
  version: z.number().int(),
}).meta({ id: 'Service' });
export type Service = z.infer<typeof service>;

export const serviceListQuery = pageQuery.extend({
  /** Words to find in name, aliases, team or description. */
  q: z.string().max(200).optional(),
  team: z.string().max(200).optional(),
  tier: serviceTier.optional(),
  businessService: z.string().max(200).optional(),
});
export type ServiceListQuery = z.infer<typeof serviceListQuery>;
export const servicePage = page(service).extend({ total: z.number().int() }).meta({ id: 'ServicePage' });

const businessServiceFields = {
  /** How much the business hangs on it. */
  tier: businessCriticality.default('standard'),
  /** Share of good minutes or requests that is promised, in percent. */
  slo: z.number().min(0).max(100).nullable().default(null),
  team: shortText.nullable().default(null),
  description: z.string().trim().max(4000).default(''),
} as const;
export const editBusinessServiceBody = z.object(businessServiceFields);
export const createBusinessServiceBody = z.object({ name: catalogName, ...businessServiceFields });
export type BusinessServiceBody = z.output<typeof createBusinessServiceBody>;
export const businessService = z.object({
  name: z.string(), tier: businessCriticality, slo: z.number().nullable(), team: z.string().nullable(), description: z.string(),
  /** How many services it is made of. */
  services: z.number().int(),
  origin: catalogOrigin, editable: z.boolean(), version: z.number().int(),
}).meta({ id: 'BusinessService' });
export type BusinessService = z.infer<typeof businessService>;
export const businessServicePage = page(businessService);

/** One place of each part. */
export const placeSchemas = {
  clusters: z.object({ name: catalogName, region: catalogName.nullable().default(null) }),
  racks: z.object({ name: catalogName, cluster: catalogName.nullable().default(null), switch: catalogName.nullable().default(null) }),
  hosts: z.object({ name: catalogName, rack: catalogName.nullable().default(null), cluster: catalogName.nullable().default(null) }),
  instances: z.object({
    name: catalogName, service: catalogName, cluster: catalogName.nullable().default(null), host: catalogName.nullable().default(null), rack: catalogName.nullable().default(null),
  }),
} as const;

/** Where services run. Hosts of one rack hang on one switch. */
export const infrastructure = z.object({
  clusters: z.array(placeSchemas.clusters).max(10_000).default([]),
  racks: z.array(placeSchemas.racks).max(50_000).default([]),
  hosts: z.array(placeSchemas.hosts).max(100_000).default([]),
  instances: z.array(placeSchemas.instances).max(200_000).default([]),
}).meta({ id: 'Infrastructure' });
export type Infrastructure = z.output<typeof infrastructure>;
/** The parts of the infrastructure. */
export const PLACE_PARTS = ['clusters', 'racks', 'hosts', 'instances'] as const satisfies readonly (keyof Infrastructure)[];
export type PlacePart = (typeof PLACE_PARTS)[number];
const placeNames = z.array(catalogName).max(10_000).default([]);
/** Places to add or replace, and names of those to remove; everything else stays. */
export const editInfrastructureBody = z.object({
  put: infrastructure.prefault({}),
  remove: z.object({ clusters: placeNames, racks: placeNames, hosts: placeNames, instances: placeNames }).prefault({}),
});
export type InfrastructureEdit = z.output<typeof editInfrastructureBody>;
/** `provisioned` comes from the file and wins where both name the same thing; `manual` is what a PUT replaces. */
export const infrastructureDocument = z.object({ provisioned: infrastructure, manual: infrastructure, version: z.number().int() }).meta({ id: 'InfrastructureDocument' });

export const importBody = z.object({
  /**
   * Services: a column name, and any of the fields of a service; lists are separated by spaces or semicolons.
   * Business services: a column name, and any of tier, slo, team and description.
   * Infrastructure: columns kind (cluster, rack, host or instance) and name, and any of region, cluster, rack, switch, host and service.
   */
  csv: z.string().min(1).max(900_000),
  /** True: says what would happen, and changes nothing. */
  dryRun: z.boolean().default(true),
});
export const importFault = z.object({ row: z.number().int(), column: z.string().nullable(), message: z.string() });
export type ImportFault = z.infer<typeof importFault>;
export const importResult = z.object({
  applied: z.boolean(),
  /** Names; of infrastructure with its kind before it. */
  created: z.array(z.string()),
  changed: z.array(z.object({ name: z.string(), fields: z.array(z.string()) })),
  unchanged: z.number().int(),
  /** Rows are numbered as in a spreadsheet: the header is row 1. With any of them nothing is applied. */
  faults: z.array(importFault),
}).meta({ id: 'ImportResult' });
export type ImportResult = z.infer<typeof importResult>;

export const EXPORT_FORMATS = ['yaml', 'csv', 'business-csv', 'infrastructure-csv'] as const;
/** `yaml`: all of the catalogue; `csv`: the services, in the columns of an import; `business-csv` and `infrastructure-csv`: the same of these. */
export const exportQuery = z.object({ format: z.enum(EXPORT_FORMATS).default('yaml') });
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const catalogExport = z.object({ fileName: z.string(), text: z.string() }).meta({ id: 'CatalogExport' });
export type CatalogExport = z.infer<typeof catalogExport>;

/** What the alerts make of a service now. `at_risk`: nothing of its own fires, but what it needs fails. */
export const SERVICE_STATES = ['failing', 'degraded', 'at_risk', 'ok'] as const;
export const serviceHealth = z.enum(SERVICE_STATES).meta({ id: 'ServiceHealth' });
export type ServiceHealth = (typeof SERVICE_STATES)[number];
export const serviceState = z.object({
  service: z.string(),
  state: serviceHealth,
  alertsFiring: z.number().int(),
  worst: severity.nullable(),
  /** Open incidents that name it. */
  incidents: z.array(incidentNumber),
  /** Failing services that it needs, nearest first; why it is at risk. */
  because: z.array(z.string()),
}).meta({ id: 'ServiceState' });
export type ServiceState = z.infer<typeof serviceState>;
/** Only services that are not `ok` are listed. */
export const serviceStateList = z.object({ items: z.array(serviceState), at: instant });

/** An alert that no service of the catalogue could be found for. */
export const unresolvedAlert = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  severity,
  startsAt: instant,
  labels: z.record(z.string(), z.string()),
  /** Why, in one sentence. */
  reason: z.string(),
});
export type UnresolvedAlert = z.infer<typeof unresolvedAlert>;
export const unresolvedList = z.object({
  items: z.array(unresolvedAlert),
  /** How many firing alerts were looked at, and how many of them found no service. */
  checked: z.number().int(),
  unresolved: z.number().int(),
}).meta({ id: 'UnresolvedList' });

/** Seen in the alerts: `from` fails after `to` again and again, or its labels say that it needs it. */
export const proposalEvidence = z.object({
  basis: z.enum(['order', 'label']),
  /** How often both failed together, in that order. */
  support: z.number().int(),
  /** How much more often than chance would have it. */
  lift: z.number(),
  /** From the first alert of `to` to the first of `from`, in seconds. */
  medianLagSeconds: z.number().nullable(),
  /** Share of joint failures in which `to` was first. */
  direction: z.number(),
  examples: z.array(z.object({ at: instant, toAlert: z.string(), fromAlert: z.string() })),
});
export type ProposalEvidence = z.infer<typeof proposalEvidence>;
export const PROPOSAL_STATES = ['open', 'accepted', 'rejected'] as const;
export const dependencyProposal = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  type: dependencyType,
  state: z.enum(PROPOSAL_STATES),
  evidence: proposalEvidence,
  proposedAt: instant,
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
}).meta({ id: 'DependencyProposal' });
export type DependencyProposal = z.infer<typeof dependencyProposal>;
export const proposalListQuery = pageQuery.extend({ state: z.enum(PROPOSAL_STATES).default('open') });
export const proposalPage = page(dependencyProposal);
export const acceptProposalBody = z.object({ type: dependencyType.optional() });
export const learnResult = z.object({ alerts: z.number().int(), proposed: z.number().int() });
