/** Applies the provisioning files at start. Applying them again changes nothing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrgId } from '#contract';
import type { Logger } from './platform/logger.ts';
import type { ProvisioningFile, Sources } from './sources/index.ts';

export interface ProvisionOptions {
  readonly dir: string;
  readonly orgs: readonly OrgId[];
  readonly sources: Pick<Sources, 'provisionSources' | 'provisionMapping'>;
  readonly logger: Logger;
}

async function readOptional(path: string): Promise<ProvisioningFile | null> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Reads `sources.yaml` and `mapping.yaml`; a subfolder `org-<id>` holds those of a further organisation. */
export async function provision(options: ProvisionOptions): Promise<void> {
  for (const orgId of options.orgs) {
    const dir = orgId === 1 ? options.dir : join(options.dir, `org-${orgId}`);
    const sourcesFile = await readOptional(join(dir, 'sources.yaml'));
    const mappingFile = await readOptional(join(dir, 'mapping.yaml'));
    const changes = await options.sources.provisionSources(orgId, sourcesFile, process.env);
    const mappingChanged = await options.sources.provisionMapping(orgId, mappingFile);
    if (changes > 0 || mappingChanged) options.logger.info({ orgId, changes, mappingChanged }, 'provisioning files applied');
  }
}
