/** Applies the provisioning files at start. Applying them again changes nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrgId } from '#contract';
import type { Incidents } from './incidents/index.ts';
import type { NoiseProvisioning } from './noise/index.ts';
import type { Logger } from './platform/logger.ts';
import { hasCode } from './platform/systemError.ts';
import type { Catalog } from './catalog/index.ts';
import type { ProvisioningFile } from './platform/provisioning/provisioningFile.ts';
import type { Sources } from './sources/index.ts';

export interface ProvisionOptions {
  readonly dir: string;
  readonly orgs: readonly OrgId[];
  readonly sources: Pick<Sources, 'provisionSources' | 'provisionMapping'>;
  readonly incidents: Incidents['settings'];
  readonly catalog: Pick<Catalog, 'provisionCatalog'>;
  readonly noise: NoiseProvisioning;
  readonly automation: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean> };
  readonly communication: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean> };
  readonly notifications: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number> };
  readonly statusPage: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean> };
  readonly escalation: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number> };
  readonly teams: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number> };
  readonly schedules: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number> };
  readonly detectors: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<number> };
  readonly model: { provision(orgId: OrgId, file: ProvisioningFile | null): Promise<boolean> };
  readonly runbooks: { provision(orgId: OrgId, files: readonly ProvisioningFile[]): Promise<number> };
  readonly logger: Logger;
}

async function readOptional(path: string): Promise<ProvisioningFile | null> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Every YAML file of a folder, in the order of their names; none when there is no folder. */
async function readFolder(dir: string): Promise<ProvisioningFile[]> {
  try {
    const names = (await readdir(dir)).filter((name) => /\.ya?ml$/.test(name)).sort();
    return await Promise.all(names.map(async (name) => ({ path: join(dir, name), text: await readFile(join(dir, name), 'utf8') })));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Reads `sources.yaml`, `mapping.yaml`, `services.yaml`, `incidents.yaml`, `noise.yaml`, `maintenance.yaml`, `automation.yaml`, `channels.yaml`, `communication.yaml`, `status-page.yaml`, `teams.yaml`, `escalation.yaml`, `schedules.yaml`, `detectors.yaml`, `model.yaml` and the files of `runbooks/`; a subfolder `org-<id>` holds those of a further organisation. */
export async function provision(options: ProvisionOptions): Promise<void> {
  for (const orgId of options.orgs) {
    const dir = orgId === 1 ? options.dir : join(options.dir, `org-${orgId}`);
    const sourcesFile = await readOptional(join(dir, 'sources.yaml'));
    const mappingFile = await readOptional(join(dir, 'mapping.yaml'));
    const changes = await options.sources.provisionSources(orgId, sourcesFile, process.env);
    const mappingChanged = await options.sources.provisionMapping(orgId, mappingFile);
    const incidentSettings = await options.incidents.provision(orgId, await readOptional(join(dir, 'incidents.yaml')));
    const catalogChanges = await options.catalog.provisionCatalog(orgId, await readOptional(join(dir, 'services.yaml')));
    const noiseFile = await readOptional(join(dir, 'noise.yaml'));
    const maintenanceFile = await readOptional(join(dir, 'maintenance.yaml'));
    const noise = (noiseFile === null ? 0 : await options.noise.provisionRules(orgId, noiseFile))
      + (maintenanceFile === null ? 0 : await options.noise.provisionWindows(orgId, maintenanceFile));
    const runbooks = await options.runbooks.provision(orgId, await readFolder(join(dir, 'runbooks')));
    const automation = await options.automation.provision(orgId, await readOptional(join(dir, 'automation.yaml')));
    const channels = await options.notifications.provision(orgId, await readOptional(join(dir, 'channels.yaml')));
    const communication = await options.communication.provision(orgId, await readOptional(join(dir, 'communication.yaml')));
    const statusPage = await options.statusPage.provision(orgId, await readOptional(join(dir, 'status-page.yaml')));
    const teams = await options.teams.provision(orgId, await readOptional(join(dir, 'teams.yaml')));
    const policies = await options.escalation.provision(orgId, await readOptional(join(dir, 'escalation.yaml')));
    const schedules = await options.schedules.provision(orgId, await readOptional(join(dir, 'schedules.yaml')));
    const detectors = await options.detectors.provision(orgId, await readOptional(join(dir, 'detectors.yaml')));
    const model = await options.model.provision(orgId, await readOptional(join(dir, 'model.yaml')));
    if (model || statusPage || detectors > 0 || communication || teams > 0 || policies > 0 || schedules > 0 || automation || channels > 0 || changes > 0 || mappingChanged || incidentSettings > 0 || catalogChanges > 0 || noise > 0 || runbooks > 0) {
      options.logger.info({ orgId, changes, mappingChanged, incidentSettings, catalogChanges, noise, runbooks, automation, channels, communication, statusPage, teams, policies, schedules, detectors, model }, 'provisioning files applied');
    }
  }
}
