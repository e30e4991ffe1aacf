/** Follows `channels.yaml`: channels and chains of a file. Applying it again changes nothing; channels it does not name are left alone. */
import { channelChain, channelId, channelKindName, type ChannelId, type OrgId } from '#contract';
import { z } from 'zod';
import { appendEvents, SYSTEM_ACTOR, type NewEvent } from '../../eventlog/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import { readProvisioningFile, type KeyPath, type ProvisioningFile, type ReadFile } from '../../platform/provisioning/provisioningFile.ts';
import { resolveSecret } from '../../platform/provisioning/provisioningSecrets.ts';
import { SettingsFault, type ChannelService, type ChannelSettings } from './channelService.ts';
import { readChains, writeChains } from './chainStore.ts';
import { checkChains } from './routes.ts';

const fileShape = z.strictObject({
  apiVersion: z.literal(1),
  channels: z.array(z.strictObject({
    id: channelId, kind: channelKindName, name: z.string().trim().min(1).max(100), enabled: z.boolean().default(true), config: z.record(z.string(), z.unknown()).default({}),
    secrets: z.record(z.string(), z.string()).default({}), perSecond: z.number().min(0.01).max(5_000).nullable().default(null),
  })).max(200).default([]),
  chains: z.array(channelChain).max(100).optional(),
});

export interface ProvisioningDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly channels: ChannelService;
}

type File = z.infer<typeof fileShape>;

async function secretsOf(read: ReadFile<File>, path: string, place: number, written: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const [name, value] of Object.entries(written)) {
    const key: KeyPath = ['channels', place, 'secrets', name];
    secrets[name] = (await resolveSecret({ value, file: undefined, key }, read, path, env)) ?? '';
  }
  return secrets;
}

/** Applies the file; gives how many channels and sets of chains changed. Throws `ProvisioningError`. */
export async function provisionChannels({ db, clock, channels }: ProvisioningDeps, orgId: OrgId, file: ProvisioningFile | null, env: NodeJS.ProcessEnv): Promise<number> {
  if (file === null) return 0;
  const read = readProvisioningFile<File>(file, fileShape);
  const wanted: ChannelSettings[] = [];
  const seen = new Set<ChannelId>();
  for (const [place, entry] of read.value.channels.entries()) {
    if (seen.has(entry.id)) throw read.faultAt(['channels', place, 'id'], `"${entry.id}" stands in the file twice`);
    seen.add(entry.id);
    wanted.push({ ...entry, secrets: await secretsOf(read, file.path, place, entry.secrets, env) });
  }
  return db.transaction(async (tx) => {
    const events: NewEvent[] = [];
    for (const [place, entry] of wanted.entries()) {
      try {
        if (await channels.follow(tx, orgId, entry)) events.push({ type: 'channel.edited', incident: null, actor: SYSTEM_ACTOR, data: { id: entry.id, name: entry.name, enabled: entry.enabled, file: true } });
      } catch (error) {
        if (error instanceof SettingsFault) throw read.faultAt(['channels', place, ...error.field.split('.')], error.message, error);
        throw error;
      }
    }
    const { chains } = read.value;
    if (chains !== undefined) {
      const [fault] = await checkChains(tx, orgId, chains, 'chains');
      if (fault !== undefined) throw read.faultAt(fault.field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)), fault.message);
      const known = await readChains(tx, orgId);
      if (!known.provisioned || JSON.stringify(known.chains) !== JSON.stringify(chains)) {
        await writeChains(tx, orgId, chains, known.version, { at: clock.now(), name: 'channels.yaml', provisioned: true });
        events.push({ type: 'channel_chains.edited', incident: null, actor: SYSTEM_ACTOR, data: { chains: chains.length, file: true } });
      }
    }
    await appendEvents(tx, orgId, clock.now(), events);
    return events.length;
  });
}
