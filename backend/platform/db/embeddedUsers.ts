/** Who uses an embedded server: a file of process identities. Callers hold the folder's lock. */
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { readIfPresent } from './fileLock.ts';
import { identifyProcess, isSameProcessAlive, processIdentity } from './processIdentity.ts';

const usersFile = z.array(processIdentity.extend({ instance: z.string() }));
type User = z.infer<typeof usersFile>[number];

/** Writes this process down as a user under the name `instance`, and forgets those that died. */
export async function register(path: string, instance: string): Promise<void> {
  const self = (await identifyProcess(process.pid)) ?? { pid: process.pid, startedAt: '' };
  await writeUsers(path, [...(await livingUsers(path)), { ...self, instance }]);
}

/** Takes `instance` out and gives how many living users are left. */
export async function unregister(path: string, instance: string): Promise<number> {
  const others = (await livingUsers(path)).filter((user) => user.instance !== instance);
  await writeUsers(path, others);
  return others.length;
}

async function livingUsers(path: string): Promise<User[]> {
  const text = await readIfPresent(path);
  const users = text === null ? [] : usersFile.parse(JSON.parse(text));
  const alive = await Promise.all(users.map((user) => isSameProcessAlive(user)));
  return users.filter((_, index) => alive[index] === true);
}

async function writeUsers(path: string, users: readonly User[]): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, JSON.stringify(users), { mode: 0o600 });
  await rename(fresh, path);
}
