/** Where the demo keeps its data when nobody says it. */
import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseRunUser, isReachable } from '../../backend/platform/db/postgresBinaries.ts';

/**
 * `.muster` in the checkout. Where that is closed to the user as which root runs PostgreSQL, a folder of this checkout's own
 * below `/var/tmp`, so that a second start goes on with the data there as well.
 */
export async function defaultDataFolder(root: string): Promise<string> {
  const folder = join(root, '.muster');
  if (await isReachable(folder, await chooseRunUser(join(folder, 'postgres')))) return folder;
  const shared = join('/var/tmp', `muster-demo-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`);
  // A secret is kept in it: a folder that somebody else laid there is not used.
  await mkdir(shared, { recursive: true, mode: 0o700 });
  if ((await lstat(shared)).uid !== process.getuid?.()) throw new Error(`${shared} belongs to somebody else: say another folder with --data`);
  return shared;
}
